-- Creates the tables of the marts, and the rule tables for channels and funnels.
--
-- A mart holds the rows of the view of its name in the schema mart_definitions (sql/marts/). Each
-- load keeps the two equal. Marts leave out bots, unless a column says otherwise. Money is in minor
-- units, and is never added up across currencies.

SET LOCAL ROLE clickstream_owner;

INSERT INTO schema_version VALUES (2, 'marts, channel rules, funnels', 2);

-- ── Rule tables ──

CREATE TABLE channel_sources (
  source   TEXT COLLATE "C" PRIMARY KEY,
  category TEXT COLLATE "C" NOT NULL CHECK (
    category IN ('search', 'social', 'video', 'shopping', 'ai', 'payment', 'sign-in', 'other'))
);

COMMENT ON TABLE channel_sources IS
  'Rules. One row per site, label of hosts or path: its kind. A site matches the sources for which'
  ' source_names returns it: google matches news.google.com, but not google.shop.vn. The host'
  ' itself counts first, then its labels, then the longest parent domain.';
COMMENT ON COLUMN channel_sources.source IS
  'In lower case: a name, a domain, a domain without its public suffix; login., a label below the'
  ' registered domain; or /login/oauth, successive segments of a referrer''s path.';
COMMENT ON COLUMN channel_sources.category IS
  'Kind of site: search, social, video, shopping, ai (assistant), payment (gateway or bank) or'
  ' sign-in (provider), neither of which is a referrer, or other (exception to another row).';

-- GA4's published list of source categories, without sites that have closed; later sites that GA4
-- is known to recognize; sites of South-East Asia.
INSERT INTO channel_sources (category, source)
SELECT category, unnest(sources) FROM (VALUES
  ('search', ARRAY[
    'google', 'bing', 'yahoo', 'duckduckgo', 'baidu', 'yandex', 'ecosia.org', 'coccoc', 'naver',
    'daum', 'seznam', 'sogou', 'qwant', 'startpage', 'ask.com', 'aol', 'brave', 'lycos', 'msn',
    'rambler', 'rakuten', 'so.com', '360.cn', 'virgilio', 'onet', 'kvasir', 'presearch', 'dogpile',
    'com.google.android.googlequicksearchbox',
    'exalead', 'excite.com', 'eniro', 'globo', 'biglobe', 'auone', 'centrum.cz', 'cnn', 'comcast',
    'conduit', 'babylon', 'avg', 'incredimail', 'najdi', 'search-results', 'startsiden', 'terra',
    'tut.by', 'ukr', 'ukr.net', 'go.mail.ru', 'search.smt.docomo', 'google-play',
    'googlemybusiness']),
  ('social', ARRAY[
    'facebook', 'fb', 'fb.me', 'instagram', 'ig', 'twitter', 't.co', 'x.com', 'linkedin', 'lnkd.in',
    'pinterest', 'pin.it', 'reddit', 'tiktok', 'zalo', 'zalo.me', 'zaloapp', 'threads.net',
    'threads.com', 'snapchat', 'tumblr', 'vk', 'vk.com', 'vkontakte', 'weibo', 'wechat', 'weixin',
    'line', 'line.me', 'whatsapp', 'wa.me', 'telegram', 't.me', 'messenger', 'm.me', 'quora',
    'medium.com', 'discord', 'bsky.app', 'mastodon', 'ok.ru', 'odnoklassniki', 'kakao', 'kakaocorp',
    'xing', 'flipboard', 'glassdoor', 'bit.ly', 'goo.gl', 'tinyurl', 'is.gd', 'tweetdeck',
    'hootsuite', 'addthis', 'sharethis', 'shareit', 'ushareit', 'getpocket', 'instapaper',
    'pinboard', 'scoop.it', 'paper.li', 'disqus', 'digg', 'slashdot', 'news.ycombinator',
    'techmeme', 'smartnews', 'newsshowcase', 'feedspot', 'netvibes', 'buzzfeed', 'fark',
    'googleplus', 'google+', 'plus.google', 'groups.google', 'googlegroups', 'sites.google',
    'messages.google', 'answers.yahoo', 'chiebukuro.yahoo', 'blog.yahoo', 'blog.naver',
    'cafe.naver', 'kin.naver', 'blogger', 'blogspot', 'wordpress', 'typepad', 'weebly',
    'livejournal', 'livedoor', 'over-blog', 'overblog', 'canalblog', 'blogs.com', 'hatena',
    'ameba.jp', 'ameblo', 'exblog', 'fc2', 'mixi.jp', 'gree.jp', 'nicovideo', 'niconico', 'pixiv',
    '5ch.net', 'okwave', 'blog.goo.ne.jp', 'cyworld', 'douban', 'dianping', 'renren', 'qzone.qq',
    'tencent', 'tudou', 'taringa', 'hi5', 'myspace', 'badoo', 'bebo', 'tagged.com', 'yelp',
    'tripadvisor', 'foursquare', 'goodreads', 'librarything', 'wattpad', 'scribd', 'slideshare',
    'researchgate', 'academia.edu', 'chegg', 'stackoverflow', 'stackexchange', 'serverfault',
    'superuser', 'askubuntu', 'dzone', 'meetup', 'couchsurfing', 'classmates', 'myheritage',
    'ancestry.com', 'geni.com', 'deviantart', 'artstation', 'flickr', 'photobucket', 'imageshack',
    'fotolog', 'houzz', 'ravelry', 'allrecipes', 'epicurious', 'wikihow', 'wikitravel',
    'answers.com', 'fandom.com', 'myanimelist', 'crunchyroll', 'last.fm', 'plurk', 'skype',
    'yammer', 'secondlife', 'habbo', 'internations', 'gutefrage', 'suomi24', 'draugiem', 'meneame',
    'skyrock', 'tuenti', 'studivz', 'trombi', 'mouthshut', 'woot.com', 'care.com', 'care2',
    -- Apps name themselves in android-app:// referrers.
    'com.facebook.katana', 'com.facebook.lite', 'com.facebook.orca', 'com.instagram.android',
    'com.instagram.barcelona', 'com.zing.zalo', 'com.zhiliaoapp.musically',
    'com.ss.android.ugc.trill', 'com.twitter.android', 'com.linkedin.android', 'com.pinterest',
    'com.reddit.frontpage', 'com.whatsapp', 'org.telegram.messenger', 'jp.naver.line.android',
    'com.snapchat.android', 'com.tencent.mm']),
  ('video', ARRAY[
    'youtube', 'youtu.be', 'vimeo', 'dailymotion', 'twitch', 'netflix', 'disneyplus', 'hulu',
    'iqiyi', 'iq.com', 'youku', 'ted.com', 'crackle', 'curiositystream', 'd.tube', 'justin.tv',
    'veoh', 'wistia', 'bilibili', 'rutube', 'utreon', 'com.google.android.youtube']),
  ('shopping', ARRAY[
    'amazon', 'amazon-adsystem', 's3.amazonaws', 'ebay', 'etsy', 'shopee', 'lazada', 'tiki.vn',
    'sendo', 'alibaba', 'aliexpress', 'taobao', 'tmall', 'jd.com', 'walmart', 'mercadolibre',
    'mercadolivre', 'zalando', 'wish.com', 'stripe', 'google shopping', 'shopping.google',
    'shopping.yahoo', 'shopping.naver', 'shopping.net', 'igshopping', 'shopify', 'shop.app',
    'shopzilla', 'idealo', 'pricegrabber', 'target.com', 'flipkart', 'tokopedia', 'temu',
    'simplycodes']),
  -- Google has published no list of assistants.
  ('ai', ARRAY[
    'chatgpt', 'openai', 'gemini.google', 'bard.google', 'claude.ai', 'copilot.microsoft',
    'copilot.com', 'perplexity', 'deepseek', 'grok', 'x.ai', 'meta.ai', 'mistral.ai', 'poe.com']),
  -- Labels of hosts, on which shops, banks and card schemes agree. Without id., which is Indonesia.
  ('payment', ARRAY[
    'pay.', 'payment.', 'payments.', 'epay.', 'securepay.', 'paygate.', 'checkout.', 'cashier.',
    '3ds.', '3d-secure.', '3dsecure.', 'acs.', 'ebank.', 'e-bank.', 'ebanking.', 'e-banking.',
    'ibank.', 'ibanking.', 'netbank.', 'netbanking.', 'onlinebanking.', 'internetbanking.',
    'digibank.']),
  ('sign-in', ARRAY[
    'accounts.', 'login.', 'logon.', 'signin.', 'sign-in.', 'sso.', 'auth.', 'oauth.', 'openid.',
    'idp.', 'adfs.']),
  -- Segments of paths, for sites that sign people in on the host of their pages.
  ('sign-in', ARRAY[
    '/dialog/oauth', '/login/oauth', '/login/device', '/oauth/authorize', '/oauth/authenticate',
    '/oauth/authorization', '/oauth/v2/authorization', '/oauth2/auth', '/oauth2/v2/auth',
    '/oauth2/authorize', '/oauth2/v2.0/authorize', '/openid-connect/auth', '/connect/authorize',
    '/saml2/sso', '/__/auth/handler']),
  -- Payment providers.
  ('payment', ARRAY[
    'paypal', 'stripe.com', 'checkout.stripe', 'vnpay', 'vnpayment', 'momo.vn', 'zalopay', 'onepay',
    'payoo', 'napas', 'adyen', 'klarna', 'braintreegateway', 'worldpay', 'alipay', '2checkout',
    'payu', 'razorpay', 'squareup', 'afterpay', 'smartlink', 'appotapay', 'shopeepay', 'vtcpay',
    'baokim.vn', 'nganluong.vn', 'moca.vn', 'viettelmoney', 'kredivo', 'fundiin', '2c2p', 'omise',
    'xendit', 'midtrans', 'ipay88', 'gcash', 'paymaya', 'dragonpay', 'paytm', 'ccavenue',
    'billdesk', 'paystack', 'flutterwave', 'mollie', 'sofort', 'przelewy24', 'authorize.net',
    'cybersource', 'checkout.com', 'cardinalcommerce', 'securesuite', 'arcot.com', '3dsecure.io',
    'pay.google', 'payments.google', 'wallet.google', 'pay.amazon', 'payments.amazon', 'pay.naver',
    'pay.kakao', 'kakaopay', 'pay.line.me', 'web-pay.line.me', 'pay.yandex', 'pay.shopify',
    'tenpay', 'unionpay', 'applepay.apple',
    'alepay', '9pay.vn', 'smartpay.com.vn', 'vnptpay.vn', 'vimo.vn', 'galaxypay', 'payon.vn',
    'homepaylater.vn', 'viettelpay', 'mobifonepay', 'truemoney', 'atome.sg', 'doku', 'faspay',
    'nicepay', 'tosspayments', 'inicis', 'payco', 'gmo-pg', 'komoju', 'billplz', 'senangpay',
    'toyyibpay', 'hitpayapp', 'grabpay', 'mercadopago', 'pagseguro', 'ebanx', 'dlocal', 'iyzico',
    'iyzipay', 'paytr', 'payfast', 'peachpayments', 'pesapal', 'cashfree', 'phonepe', 'instamojo',
    'juspay', 'mobikwik', 'skrill', 'neteller', 'paysafecard', 'paysafe', 'trustly', 'ideal.nl',
    'multisafepay', 'opayo', 'sagepay', 'gocardless', 'tpay', 'dotpay', 'giropay', 'affirm.com',
    'sezzle', 'clearpay', 'zip.co', 'bluesnap', 'paddle.com', 'fastspring', 'bitpay', 'nuvei',
    'safecharge', 'firstdata', 'globalpay', 'globalpayments', 'elavon', 'moneris', 'bambora',
    'saferpay', 'datatrans', 'computop', 'payone', 'unzer', 'hipay', 'payzen', 'lyra',
    'monetico-services', 'payplug', 'redsys', 'postfinance', 'twint', 'vipps', 'wibmo', 'modirum',
    'gpayments', 'rsa3dsauth', 'entersekt']),
  -- Banks, whose pages authenticate card payments and take transfers.
  ('payment', ARRAY[
    'vietcombank', 'techcombank', 'bidv', 'vietinbank', 'mbbank', 'agribank', 'acb.com.vn',
    'tpb.vn',
    'tpbank', 'vpbank', 'sacombank', 'hdbank', 'vib.com.vn', 'shb.com.vn', 'ocb.com.vn',
    'msb.com.vn', 'eximbank', 'seabank', 'scb.com.vn', 'lpbank', 'lienvietpostbank', 'vietbank',
    'vietabank', 'namabank', 'pvcombank', 'kienlongbank', 'baovietbank', 'baca-bank.vn', 'abbank',
    'saigonbank', 'pgbank', 'ncb-bank.vn', 'vrbank', 'gpbank', 'oceanbank', 'mbv.com.vn',
    'vikkibank', 'co-opbank.vn', 'cake.vn', 'timo.vn', 'shinhan', 'wooribank', 'hsbc',
    'sc.com', 'citibank', 'uob.com.vn', 'uobgroup', 'cimb', 'publicbank', 'hlb.com.my', 'maybank',
    'maybank2u', 'dbs.com', 'ocbc', 'bangkokbank', 'kasikornbank', 'scb.co.th', 'krungthai',
    'klikbca', 'bca.co.id', 'bankmandiri', 'bri.co.id', 'bni.co.id', 'bpi.com.ph', 'bdo.com.ph',
    'metrobank.com.ph', 'chase.com', 'bankofamerica', 'wellsfargo', 'capitalone', 'usbank',
    'barclays', 'lloydsbank', 'natwest', 'santander', 'bbva', 'caixabank', 'ing.com', 'ing.nl',
    'ing.de', 'rabobank', 'abnamro', 'bnpparibas', 'credit-agricole', 'societegenerale',
    'deutsche-bank', 'commerzbank', 'sparkasse', 'unicredit', 'intesasanpaolo', 'hdfcbank',
    'icicibank', 'onlinesbi', 'sbi.co.in', 'axisbank', 'kotak', 'icbc', 'ccb.com', 'boc.cn',
    'cmbchina', 'mufg', 'smbc', 'mizuhobank', 'anz.com', 'commbank', 'westpac', 'nab.com.au']),
  ('sign-in', ARRAY[
    'accounts.google', 'myaccount.google', 'login.yahoo', 'appleid.apple', 'idmsa.apple',
    'account.apple', 'login.microsoftonline', 'login.microsoft', 'login.live', 'account.live',
    'b2clogin.com', 'oauth.zaloapp', 'oauth.zalo', 'id.zalo', 'zaloapp.id', 'access.line.me',
    'kauth.kakao', 'accounts.kakao', 'nid.naver', 'open.weixin.qq', 'graph.qq', 'passport.weibo',
    'passport.yandex', 'oauth.yandex', 'id.vk', 'login.vk', 'oauth.vk', 'accounts.shopify',
    'login.tiktok', 'auth0', 'okta', 'onelogin', 'amazoncognito', 'pingidentity', 'vneid.gov.vn',
    'id.me', 'login.gov',
    'api.twitter', 'api.x.com', 'firebaseapp.com', 'workos', 'stytch', 'descope', 'duosecurity',
    'singpass', 'bankid', 'itsme.be']),
  -- Services of search engines that are not searches.
  ('other', ARRAY[
    'docs.google', 'drive.google', 'calendar.google', 'classroom.google', 'meet.google',
    'support.google', 'mail.google', 'photos.google', 'translate.google', 'maps.google',
    'ads.google', 'adsense.google', 'analytics.google', 'tagmanager.google', 'tagassistant.google',
    'chat.google', 'contacts.google', 'keep.google', 'colab.google', 'cloud.google', 'store.google',
    'one.google', 'forms.google', 'developers.google', 'business.google', 'merchants.google',
    'lookerstudio.google', 'trends.google', 'script.google', 'com.google.android.gm', 'mail.yahoo',
    'mail.naver', 'mail.yandex', 'mail.aol', 'mail.daum', 'mail.rambler', 'ads.microsoft'])
) AS kinds (category, sources);

CREATE TABLE click_id_sources (
  click_id_type TEXT COLLATE "C" PRIMARY KEY,
  source        TEXT COLLATE "C" NOT NULL,
  medium        TEXT COLLATE "C" NOT NULL,
  names         TEXT[] COLLATE "C" NOT NULL
);

COMMENT ON TABLE click_id_sources IS
  'Rules. One row per type of click id: source and medium of a visit whose utm_source is absent'
  ' or names the same network.';
COMMENT ON COLUMN click_id_sources.click_id_type IS
  'Name of the parameter, as in click_id_type of a session.';
COMMENT ON COLUMN click_id_sources.source IS 'Source of such a visit without utm_source.';
COMMENT ON COLUMN click_id_sources.medium IS
  'Medium of such a visit. An unpaid utm_medium gives way to a paid one.';
COMMENT ON COLUMN click_id_sources.names IS
  'Names of the network in utm_source, compared as in channel_sources.';

INSERT INTO click_id_sources VALUES
  ('gclid', 'google', 'cpc', ARRAY['google', 'googleads', 'google-ads', 'google_ads', 'google ads',
    'adwords', 'youtube', 'google shopping']),
  ('gbraid', 'google', 'cpc', ARRAY['google', 'googleads', 'google-ads', 'google_ads', 'google ads',
    'adwords', 'youtube', 'google shopping']),
  ('wbraid', 'google', 'cpc', ARRAY['google', 'googleads', 'google-ads', 'google_ads', 'google ads',
    'adwords', 'youtube', 'google shopping']),
  ('dclid', 'dfa', 'cpm', ARRAY['dfa', 'dcm', 'cm360', 'dv360', 'dbm', 'doubleclick', 'google']),
  ('msclkid', 'bing', 'cpc', ARRAY['bing', 'bingads', 'bing-ads', 'bing_ads', 'microsoft', 'msn',
    'microsoftads', 'yahoo', 'duckduckgo']),
  ('yclid', 'yandex', 'cpc', ARRAY['yandex', 'yandex-direct', 'yandex_direct', 'ya']),
  -- These are also added to links that nobody paid for.
  ('fbclid', 'facebook', 'social', ARRAY['facebook', 'fb', 'fb.me', 'instagram', 'ig', 'meta',
    'messenger', 'm.me', 'threads', 'threads.net']),
  ('igshid', 'instagram', 'social', ARRAY['instagram', 'ig']),
  ('ttclid', 'tiktok', 'social', ARRAY['tiktok', 'tik-tok', 'tt']),
  ('twclid', 'twitter', 'social', ARRAY['twitter', 'x', 't.co']),
  ('li_fat_id', 'linkedin', 'social', ARRAY['linkedin', 'lnkd.in', 'li']);

CREATE TABLE channel_rules (
  rule             INTEGER PRIMARY KEY,
  channel          TEXT COLLATE "C" NOT NULL,
  source_pattern   TEXT COLLATE "C",
  source_category  TEXT COLLATE "C",
  medium_pattern   TEXT COLLATE "C",
  campaign_pattern TEXT COLLATE "C"
);

COMMENT ON TABLE channel_rules IS
  'Rules. One row per rule of GA4''s default channel group. The first matching rule names the'
  ' channel; without one it is Unassigned. A rule matches if each of its conditions does.';
COMMENT ON COLUMN channel_rules.rule IS 'Position in the order of evaluation.';
COMMENT ON COLUMN channel_rules.channel IS 'Name of the channel.';
COMMENT ON COLUMN channel_rules.source_pattern IS
  'Regular expression for the source in lower case. NULL matches any.';
COMMENT ON COLUMN channel_rules.source_category IS
  'Category of the source in channel_sources. NULL matches any.';
COMMENT ON COLUMN channel_rules.medium_pattern IS
  'Regular expression for the medium in lower case. NULL matches any.';
COMMENT ON COLUMN channel_rules.campaign_pattern IS
  'Regular expression for the campaign in lower case. NULL matches any.';

INSERT INTO channel_rules VALUES
  (10, 'Direct', '^\(direct\)$', NULL, '^\((not set|none)\)$', NULL),
  (20, 'Cross-network', NULL, NULL, NULL, 'cross-network'),
  (30, 'Paid Shopping', NULL, 'shopping', '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
  (31, 'Paid Shopping', NULL, NULL, '^(.*cp.*|ppc|retargeting|paid.*)$',
    '^(.*(([^a-df-z]|^)shop|shopping).*)$'),
  (40, 'Paid Search', NULL, 'search', '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
  (50, 'Paid Social', NULL, 'social', '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
  (60, 'Paid Video', NULL, 'video', '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
  (70, 'Display', NULL, NULL, '^(display|banner|expandable|interstitial|cpm)$', NULL),
  (80, 'Paid Other', NULL, NULL, '^(.*cp.*|ppc|retargeting|paid.*)$', NULL),
  (85, 'AI Assistant', NULL, NULL, '^ai-assistant$', NULL),
  -- Assistants that set utm_source only.
  (86, 'AI Assistant', NULL, 'ai', '^\(not set\)$', NULL),
  (90, 'Organic Shopping', NULL, 'shopping', NULL, NULL),
  (91, 'Organic Shopping', NULL, NULL, NULL, '^(.*(([^a-df-z]|^)shop|shopping).*)$'),
  (100, 'Organic Social', NULL, 'social', NULL, NULL),
  (101, 'Organic Social', NULL, NULL,
    '^(social|social-network|social-media|sm|social network|social media)$', NULL),
  (110, 'Organic Video', NULL, 'video', NULL, NULL),
  (111, 'Organic Video', NULL, NULL, '^(.*video.*)$', NULL),
  (120, 'Organic Search', NULL, 'search', NULL, NULL),
  (121, 'Organic Search', NULL, NULL, '^organic$', NULL),
  (130, 'Referral', NULL, NULL, '^(referral|app|link)$', NULL),
  (140, 'Email', '^e[-_ ]?mail$', NULL, NULL, NULL),
  (141, 'Email', NULL, NULL, '^e[-_ ]?mail$', NULL),
  (150, 'Affiliates', NULL, NULL, '^affiliate$', NULL),
  (160, 'Audio', NULL, NULL, '^audio$', NULL),
  (170, 'SMS', '^sms$', NULL, NULL, NULL),
  (171, 'SMS', NULL, NULL, '^sms$', NULL),
  (180, 'Mobile Push Notifications', NULL, NULL, 'push$', NULL),
  (181, 'Mobile Push Notifications', NULL, NULL, 'mobile|notification', NULL),
  (182, 'Mobile Push Notifications', '^firebase$', NULL, NULL, NULL);

CREATE TABLE funnel_steps (
  funnel      TEXT COLLATE "C" NOT NULL,
  step        INTEGER NOT NULL CHECK (step > 0),
  name        TEXT COLLATE "C" NOT NULL,
  event_names TEXT[] COLLATE "C" NOT NULL,
  PRIMARY KEY (funnel, step)
);

COMMENT ON TABLE funnel_steps IS
  'Rules. One row per step of a funnel, numbered from 1 without gaps.';
COMMENT ON COLUMN funnel_steps.funnel IS 'Name of the funnel.';
COMMENT ON COLUMN funnel_steps.step IS 'Number of the step.';
COMMENT ON COLUMN funnel_steps.name IS 'Label of the step on the dashboards.';
COMMENT ON COLUMN funnel_steps.event_names IS
  'Canonical names of the events that count as the step.';

INSERT INTO funnel_steps VALUES
  ('purchase', 1, 'Product view', ARRAY['product_view']),
  ('purchase', 2, 'Add to cart', ARRAY['add_to_cart_click']),
  ('purchase', 3, 'Checkout start', ARRAY['checkout_start']),
  ('purchase', 4, 'Checkout complete', ARRAY['checkout_complete']),
  ('full', 1, 'Home or category view', ARRAY['home_view', 'category_view']),
  ('full', 2, 'Product view', ARRAY['product_view']),
  ('full', 3, 'Add to cart', ARRAY['add_to_cart_click']),
  ('full', 4, 'Checkout start', ARRAY['checkout_start']),
  ('full', 5, 'Checkout complete', ARRAY['checkout_complete']);

-- ── Marts of sessions ──

CREATE TABLE session_acquisition (
  session_key             UUID PRIMARY KEY,
  session_date            DATE NOT NULL,
  visitor_id              TEXT COLLATE "C" NOT NULL,
  started_at              TIMESTAMPTZ NOT NULL,
  source                  TEXT COLLATE "C" NOT NULL,
  medium                  TEXT COLLATE "C" NOT NULL,
  campaign                TEXT COLLATE "C",
  channel                 TEXT COLLATE "C" NOT NULL,
  channel_last_non_direct TEXT COLLATE "C" NOT NULL,
  login_state             TEXT COLLATE "C" NOT NULL,
  is_new_visitor          BOOLEAN NOT NULL,
  is_engaged              BOOLEAN NOT NULL,
  is_converted            BOOLEAN NOT NULL,
  page_view_count         INTEGER NOT NULL,
  duration_s              INTEGER NOT NULL,
  device_category         TEXT COLLATE "C",
  landing_page_path       TEXT COLLATE "C",
  ended_at                TIMESTAMPTZ NOT NULL
);
CREATE INDEX session_acquisition_date ON session_acquisition (session_date);
-- The live mode of the dashboards reads the sessions of the last minutes.
CREATE INDEX session_acquisition_end ON session_acquisition (ended_at);

COMMENT ON TABLE session_acquisition IS
  'Mart. One row per session without bots: its traffic source and its outcome, for counts over'
  ' many sessions.';
COMMENT ON COLUMN session_acquisition.session_key IS 'Session.';
COMMENT ON COLUMN session_acquisition.session_date IS 'Reporting day of the session.';
COMMENT ON COLUMN session_acquisition.visitor_id IS 'Visitor of the session.';
COMMENT ON COLUMN session_acquisition.started_at IS 'Start of the session.';
COMMENT ON COLUMN session_acquisition.source IS 'Traffic source of the session.';
COMMENT ON COLUMN session_acquisition.medium IS 'Traffic medium of the session.';
COMMENT ON COLUMN session_acquisition.campaign IS 'utm_campaign of the session''s touch.';
COMMENT ON COLUMN session_acquisition.channel IS 'Default channel group of the session.';
COMMENT ON COLUMN session_acquisition.channel_last_non_direct IS
  'Channel; if Direct, that of the visitor''s latest session before that was not Direct, at most'
  ' 90 days back.';
COMMENT ON COLUMN session_acquisition.login_state IS
  '''logged_in'' if any event of the session has a user id, else ''guest''.';
COMMENT ON COLUMN session_acquisition.is_new_visitor IS
  'True if it is the visitor''s first session in the warehouse.';
COMMENT ON COLUMN session_acquisition.is_engaged IS 'True if the session is engaged.';
COMMENT ON COLUMN session_acquisition.is_converted IS
  'True if the session has a checkout_complete event.';
COMMENT ON COLUMN session_acquisition.page_view_count IS 'Number of page views.';
COMMENT ON COLUMN session_acquisition.duration_s IS 'Duration in whole seconds.';
COMMENT ON COLUMN session_acquisition.device_category IS 'Device of the session.';
COMMENT ON COLUMN session_acquisition.landing_page_path IS
  'First page path of the session.';
COMMENT ON COLUMN session_acquisition.ended_at IS 'Time of the last event of the session.';

CREATE TABLE session_products (
  session_key      UUID NOT NULL,
  product_id       TEXT COLLATE "C" NOT NULL,
  session_date     DATE NOT NULL,
  visitor_key      UUID NOT NULL,
  channel          TEXT COLLATE "C" NOT NULL,
  login_state      TEXT COLLATE "C" NOT NULL,
  product_name     TEXT COLLATE "C",
  category         TEXT COLLATE "C",
  brand            TEXT COLLATE "C",
  views            INTEGER NOT NULL,
  cart_adds        INTEGER NOT NULL,
  cart_removes     INTEGER NOT NULL,
  wishlist_toggles INTEGER NOT NULL,
  shares           INTEGER NOT NULL,
  PRIMARY KEY (session_key, product_id)
);
CREATE INDEX session_products_date ON session_products (session_date);
-- Dashboards filter sessions by product with index-only scans. An index entry has no room for
-- longer texts.
CREATE INDEX session_products_category ON session_products (category, session_date)
  INCLUDE (session_key) WHERE octet_length(category) <= 1000;
CREATE INDEX session_products_brand ON session_products (brand, session_date)
  INCLUDE (session_key) WHERE octet_length(brand) <= 1000;

COMMENT ON TABLE session_products IS
  'Mart. One row per session without bots and product that it viewed, put into or took out of the'
  ' cart, put on or took off the wish list, or shared.';
COMMENT ON COLUMN session_products.session_key IS 'Session.';
COMMENT ON COLUMN session_products.product_id IS 'Product.';
COMMENT ON COLUMN session_products.session_date IS 'Reporting day of the session.';
COMMENT ON COLUMN session_products.visitor_key IS
  'visitor_key() of the session''s visitor, to count visitors.';
COMMENT ON COLUMN session_products.channel IS 'Channel of the session.';
COMMENT ON COLUMN session_products.login_state IS 'Login state of the session.';
COMMENT ON COLUMN session_products.product_name IS 'Last name of the product in the session.';
COMMENT ON COLUMN session_products.category IS 'Last category of the product in the session.';
COMMENT ON COLUMN session_products.brand IS 'Last brand of the product in the session.';
COMMENT ON COLUMN session_products.views IS 'Number of product_view events.';
COMMENT ON COLUMN session_products.cart_adds IS 'Number of add_to_cart_click events.';
COMMENT ON COLUMN session_products.cart_removes IS 'Number of remove_from_cart_click events.';
COMMENT ON COLUMN session_products.wishlist_toggles IS 'Number of wishlist_toggle events.';
COMMENT ON COLUMN session_products.shares IS 'Number of share_click events.';

CREATE TABLE session_steps (
  session_key  UUID PRIMARY KEY,
  session_date DATE NOT NULL,
  is_converted BOOLEAN NOT NULL,
  visitor_id   TEXT COLLATE "C" NOT NULL,
  channel      TEXT COLLATE "C" NOT NULL,
  login_state  TEXT COLLATE "C" NOT NULL,
  event_names  TEXT[] COLLATE "C" NOT NULL,
  event_times  TIMESTAMPTZ[] NOT NULL,
  server_views BIGINT[],
  event_path   TEXT[] COLLATE "C" NOT NULL,
  view_path    TEXT[] COLLATE "C",
  page_paths   TEXT[] COLLATE "C",
  viewed_pages SMALLINT[]
);
CREATE INDEX session_steps_date ON session_steps (session_date);

COMMENT ON TABLE session_steps IS
  'Mart. One row per session without bots: its events in order, its paths and its pages. Funnels'
  ' are computed from it; session_paths shows the paths, session_pages the pages.';
COMMENT ON COLUMN session_steps.session_key IS 'Session.';
COMMENT ON COLUMN session_steps.session_date IS 'Reporting day of the session.';
COMMENT ON COLUMN session_steps.is_converted IS
  'True if the session has a checkout_complete event.';
COMMENT ON COLUMN session_steps.visitor_id IS 'Visitor of the session.';
COMMENT ON COLUMN session_steps.channel IS 'Channel of the session.';
COMMENT ON COLUMN session_steps.login_state IS 'Login state of the session.';
COMMENT ON COLUMN session_steps.event_names IS
  'Canonical names of its events, in the order of events_in_order.';
COMMENT ON COLUMN session_steps.event_times IS
  'Times of the same events in that order: occurred_at, or earlier where the client''s order wants'
  ' it.';
COMMENT ON COLUMN session_steps.server_views IS
  'Positions in these arrays, from 1, of page view names that a server sent. Nobody saw these'
  ' pages. NULL if there are none.';
COMMENT ON COLUMN session_steps.event_path IS
  'event_names without those that are equal to the previous one.';
COMMENT ON COLUMN session_steps.view_path IS
  'The same of its page views only, without those that a server sent. NULL if there are none.';
COMMENT ON COLUMN session_steps.page_paths IS
  'Paths of the viewed pages, each once, in the order of their first views. NULL if there are'
  ' none.';
COMMENT ON COLUMN session_steps.viewed_pages IS
  'Position in page_paths of the page that each event of event_names viewed; 0 if it viewed none.'
  ' NULL if page_paths is NULL.';

CREATE TABLE session_funnels (
  session_key  UUID NOT NULL,
  session_date DATE NOT NULL,
  entered_day  DATE,
  is_alone     BOOLEAN NOT NULL,
  visitor_id   TEXT COLLATE "C" NOT NULL,
  funnel       TEXT COLLATE "C" NOT NULL,
  channel      TEXT COLLATE "C" NOT NULL,
  login_state  TEXT COLLATE "C" NOT NULL,
  step_at      TIMESTAMPTZ[] NOT NULL,
  open_steps   INTEGER[] NOT NULL,
  PRIMARY KEY (session_key, funnel)
);
CREATE INDEX session_funnels_date ON session_funnels (session_date);
CREATE INDEX session_funnels_entered ON session_funnels (entered_day);

COMMENT ON TABLE session_funnels IS
  'Mart. One row per session without bots and funnel of which it has a step: the steps that it'
  ' completed.';
COMMENT ON COLUMN session_funnels.session_key IS 'Session.';
COMMENT ON COLUMN session_funnels.session_date IS
  'Reporting day of the session; dates the open count.';
COMMENT ON COLUMN session_funnels.entered_day IS
  'Reporting day of step 1; dates the closed count. NULL without step 1.';
COMMENT ON COLUMN session_funnels.is_alone IS
  'True if the session begins and ends on its reporting day, and its visitor has no other session'
  ' within 15 days of it. The row is then the visitor''s too.';
COMMENT ON COLUMN session_funnels.visitor_id IS 'Visitor of the session.';
COMMENT ON COLUMN session_funnels.funnel IS 'Funnel.';
COMMENT ON COLUMN session_funnels.channel IS 'Channel of the session.';
COMMENT ON COLUMN session_funnels.login_state IS 'Login state of the session.';
COMMENT ON COLUMN session_funnels.step_at IS
  'Times of steps 1, 2, 3… in order: each the first matching event after the previous step. Empty'
  ' without step 1.';
COMMENT ON COLUMN session_funnels.open_steps IS
  'Steps of which the session has an event in any order, ascending.';

-- ── Marts of visitors ──

CREATE TABLE returning_funnels (
  visitor_id TEXT COLLATE "C" NOT NULL,
  funnel     TEXT COLLATE "C" NOT NULL,
  day        DATE NOT NULL,
  step_at    TIMESTAMPTZ[] NOT NULL,
  open_steps INTEGER[] NOT NULL,
  PRIMARY KEY (visitor_id, funnel, day)
);
CREATE INDEX returning_funnels_day ON returning_funnels (day);

COMMENT ON TABLE returning_funnels IS
  'Mart. One row per visitor without bots, funnel and reporting day on which the visitor has a'
  ' step of it in a session that is not alone: the steps completed within 14 days. A day on which'
  ' the visitor''s sessions have more than 5,000 events is left out. visitor_funnels has the rows'
  ' of sessions that are alone too.';
COMMENT ON COLUMN returning_funnels.visitor_id IS 'Visitor.';
COMMENT ON COLUMN returning_funnels.funnel IS 'Funnel.';
COMMENT ON COLUMN returning_funnels.day IS
  'Reporting day of step 1; of any step if step_at is empty.';
COMMENT ON COLUMN returning_funnels.step_at IS
  'Times of steps 1, 2, 3… in order within 14 days of the day''s first step 1. Empty without one'
  ' on that day.';
COMMENT ON COLUMN returning_funnels.open_steps IS
  'Steps of which the visitor has an event on that day, ascending.';

CREATE TABLE visitor_weeks (
  visitor_id  TEXT COLLATE "C" NOT NULL,
  week        DATE NOT NULL,
  cohort_week DATE NOT NULL,
  PRIMARY KEY (visitor_id, week)
);

COMMENT ON TABLE visitor_weeks IS
  'Mart. One row per visitor without bots and ISO week in which the visitor has a session, for'
  ' retention.';
COMMENT ON COLUMN visitor_weeks.visitor_id IS 'Visitor.';
COMMENT ON COLUMN visitor_weeks.week IS 'Monday of the week, by session_date.';
COMMENT ON COLUMN visitor_weeks.cohort_week IS
  'Monday of the week of the visitor''s first session.';

-- ── Marts of orders ──

CREATE TABLE clickstream_orders (
  order_id           TEXT COLLATE "C" PRIMARY KEY,
  event_id           UUID NOT NULL,
  session_key        UUID NOT NULL,
  visitor_id         TEXT COLLATE "C" NOT NULL,
  user_id            TEXT COLLATE "C",
  ordered_at         TIMESTAMPTZ NOT NULL,
  order_date         DATE NOT NULL,
  channel            TEXT COLLATE "C" NOT NULL,
  login_state        TEXT COLLATE "C" NOT NULL,
  line_count         BIGINT NOT NULL,
  revenue_minor      BIGINT,
  currency           TEXT COLLATE "C",
  is_signed          BOOLEAN NOT NULL DEFAULT FALSE,
  conflicting_claims BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX clickstream_orders_date ON clickstream_orders (order_date);
CREATE INDEX clickstream_orders_visitor ON clickstream_orders (visitor_id, ordered_at);

COMMENT ON TABLE clickstream_orders IS
  'Mart. One row per order without bots: of the checkout_complete events that claim it, a signed'
  ' one, then the first received, by (event_timestamp, event_id). The first 1,000 claims count.';
COMMENT ON COLUMN clickstream_orders.order_id IS 'Order id; the event id if none was sent.';
COMMENT ON COLUMN clickstream_orders.event_id IS 'Event that the order is taken from.';
COMMENT ON COLUMN clickstream_orders.session_key IS 'Session of that event.';
COMMENT ON COLUMN clickstream_orders.visitor_id IS 'Visitor of that event.';
COMMENT ON COLUMN clickstream_orders.user_id IS
  'User of that event. NULL if it has none, whoever logs in later in the session.';
COMMENT ON COLUMN clickstream_orders.ordered_at IS 'occurred_at of that event.';
COMMENT ON COLUMN clickstream_orders.order_date IS 'Reporting day of ordered_at.';
COMMENT ON COLUMN clickstream_orders.channel IS 'Channel of the session.';
COMMENT ON COLUMN clickstream_orders.login_state IS 'Login state of the session.';
COMMENT ON COLUMN clickstream_orders.line_count IS 'Number of lines in clickstream_order_lines.';
COMMENT ON COLUMN clickstream_orders.revenue_minor IS
  'Order value as sent, else the sum of its lines, in minor units. NULL if the revenue of a line is'
  ' unknown.';
COMMENT ON COLUMN clickstream_orders.currency IS 'ISO 4217 code as sent.';
COMMENT ON COLUMN clickstream_orders.is_signed IS
  'True if a back end of the shop signed that event. False: nobody but the browser reported it.';
COMMENT ON COLUMN clickstream_orders.conflicting_claims IS
  'Number of other events without bots that claim the order for another visitor.';

CREATE TABLE clickstream_order_lines (
  order_id             TEXT COLLATE "C" NOT NULL,
  line                 BIGINT NOT NULL,
  order_date           DATE NOT NULL,
  channel              TEXT COLLATE "C" NOT NULL,
  login_state          TEXT COLLATE "C" NOT NULL,
  product_id           TEXT COLLATE "C",
  product_name         TEXT COLLATE "C",
  category             TEXT COLLATE "C",
  brand                TEXT COLLATE "C",
  quantity             NUMERIC,
  price_minor          NUMERIC,
  discount_price_minor NUMERIC,
  revenue_minor        NUMERIC,
  currency             TEXT COLLATE "C",
  PRIMARY KEY (order_id, line)
);
CREATE INDEX clickstream_order_lines_date ON clickstream_order_lines (order_date);

COMMENT ON TABLE clickstream_order_lines IS
  'Mart. One row per line of an order in clickstream_orders.';
COMMENT ON COLUMN clickstream_order_lines.order_id IS 'Order.';
COMMENT ON COLUMN clickstream_order_lines.line IS 'Number of the line, from 1.';
COMMENT ON COLUMN clickstream_order_lines.order_date IS 'Reporting day of the order.';
COMMENT ON COLUMN clickstream_order_lines.channel IS 'Channel of the order''s session.';
COMMENT ON COLUMN clickstream_order_lines.login_state IS 'Login state of the order''s session.';
COMMENT ON COLUMN clickstream_order_lines.product_id IS 'Product id as sent.';
COMMENT ON COLUMN clickstream_order_lines.product_name IS 'Product name as sent.';
COMMENT ON COLUMN clickstream_order_lines.category IS 'Product category as sent.';
COMMENT ON COLUMN clickstream_order_lines.brand IS 'Product brand as sent.';
COMMENT ON COLUMN clickstream_order_lines.quantity IS
  'Quantity, negative for a return; 1 if not sent. NULL if sent and unusable.';
COMMENT ON COLUMN clickstream_order_lines.price_minor IS 'Unit price in minor units.';
COMMENT ON COLUMN clickstream_order_lines.discount_price_minor IS
  'Discounted unit price in minor units.';
COMMENT ON COLUMN clickstream_order_lines.revenue_minor IS
  'Quantity × (discounted price, else price). NULL if one of them is unknown.';
COMMENT ON COLUMN clickstream_order_lines.currency IS 'Currency of the order.';

CREATE TABLE order_touches (
  order_id     TEXT COLLATE "C" NOT NULL,
  touch        BIGINT NOT NULL,
  touches      BIGINT NOT NULL,
  session_key  UUID NOT NULL,
  touched_at   TIMESTAMPTZ NOT NULL,
  ordered_at   TIMESTAMPTZ NOT NULL,
  order_date   DATE NOT NULL,
  channel      TEXT COLLATE "C" NOT NULL,
  source       TEXT COLLATE "C" NOT NULL,
  medium       TEXT COLLATE "C" NOT NULL,
  campaign     TEXT COLLATE "C",
  first_minor  BIGINT,
  last_minor   BIGINT,
  linear_minor BIGINT,
  currency     TEXT COLLATE "C",
  PRIMARY KEY (order_id, touch)
);
CREATE INDEX order_touches_date ON order_touches (order_date);

COMMENT ON TABLE order_touches IS
  'Mart. One row per order and touch: a session of its visitor in the 90 days before, the last'
  ' 50 of them at most. Direct sessions are touches only if the order has no others.';
COMMENT ON COLUMN order_touches.order_id IS 'Order.';
COMMENT ON COLUMN order_touches.touch IS 'Number of the touch, from 1, the earliest.';
COMMENT ON COLUMN order_touches.touches IS 'Number of touches of the order.';
COMMENT ON COLUMN order_touches.session_key IS 'Session of the touch.';
COMMENT ON COLUMN order_touches.touched_at IS 'Start of that session.';
COMMENT ON COLUMN order_touches.ordered_at IS 'Time of the order.';
COMMENT ON COLUMN order_touches.order_date IS 'Reporting day of the order.';
COMMENT ON COLUMN order_touches.channel IS 'Channel of the touch.';
COMMENT ON COLUMN order_touches.source IS 'Source of the touch.';
COMMENT ON COLUMN order_touches.medium IS 'Medium of the touch.';
COMMENT ON COLUMN order_touches.campaign IS 'Campaign of the touch.';
COMMENT ON COLUMN order_touches.first_minor IS
  'Revenue credited by first touch. NULL if the order''s revenue is NULL.';
COMMENT ON COLUMN order_touches.last_minor IS
  'Revenue credited by last touch. NULL if the order''s revenue is NULL.';
COMMENT ON COLUMN order_touches.linear_minor IS
  'Revenue credited in equal parts. The earliest touches get the remainder, one minor unit each.';
COMMENT ON COLUMN order_touches.currency IS 'Currency of the order.';

-- ── Marts by day and hour ──

CREATE TABLE traffic_daily (
  day                DATE PRIMARY KEY,
  events             BIGINT NOT NULL,
  page_views         BIGINT NOT NULL,
  visitors           BIGINT NOT NULL,
  new_visitors       BIGINT NOT NULL,
  users              BIGINT NOT NULL,
  sessions           BIGINT NOT NULL,
  engaged_sessions   BIGINT NOT NULL,
  converted_sessions BIGINT NOT NULL,
  session_page_views BIGINT NOT NULL,
  duration_s         BIGINT NOT NULL,
  median_duration_s  BIGINT,
  orders             BIGINT NOT NULL,
  bot_events         BIGINT NOT NULL,
  bot_sessions       BIGINT NOT NULL
);

COMMENT ON TABLE traffic_daily IS
  'Mart. One row per reporting day that has a session, an event or an order. Bots are counted'
  ' apart.';
COMMENT ON COLUMN traffic_daily.day IS 'Reporting day.';
COMMENT ON COLUMN traffic_daily.events IS 'Number of events on the day: the sum of its hours.';
COMMENT ON COLUMN traffic_daily.page_views IS 'Number of page views on the day.';
COMMENT ON COLUMN traffic_daily.visitors IS
  'Number of distinct visitors in the day''s sessions. Do not add up days: a visitor may be in'
  ' several.';
COMMENT ON COLUMN traffic_daily.new_visitors IS
  'Number of visitors whose first session is on the day. Days can be added up.';
COMMENT ON COLUMN traffic_daily.users IS 'Number of distinct user ids in the day''s sessions.';
COMMENT ON COLUMN traffic_daily.sessions IS 'Number of sessions that started on the day.';
COMMENT ON COLUMN traffic_daily.engaged_sessions IS 'Number of these sessions that were engaged.';
COMMENT ON COLUMN traffic_daily.converted_sessions IS 'Number of these sessions that converted.';
COMMENT ON COLUMN traffic_daily.session_page_views IS
  'Number of page views in these sessions, for pages per session.';
COMMENT ON COLUMN traffic_daily.duration_s IS
  'Total duration of these sessions in seconds, for the mean.';
COMMENT ON COLUMN traffic_daily.median_duration_s IS
  'Median duration of these sessions; of an even number the lower of the middle two. NULL without'
  ' sessions.';
COMMENT ON COLUMN traffic_daily.orders IS 'Number of orders on the day.';
COMMENT ON COLUMN traffic_daily.bot_events IS 'Number of bot events on the day.';
COMMENT ON COLUMN traffic_daily.bot_sessions IS 'Number of bot sessions that started on the day.';

CREATE TABLE revenue_daily (
  day                 DATE NOT NULL,
  currency            TEXT COLLATE "C" NOT NULL,
  orders              BIGINT NOT NULL,
  orders_with_revenue BIGINT NOT NULL,
  revenue_minor       NUMERIC,
  PRIMARY KEY (day, currency)
);

COMMENT ON TABLE revenue_daily IS 'Mart. One row per reporting day and currency that has an order.';
COMMENT ON COLUMN revenue_daily.day IS 'Reporting day of the orders.';
COMMENT ON COLUMN revenue_daily.currency IS 'ISO 4217 code; empty if not sent.';
COMMENT ON COLUMN revenue_daily.orders IS 'Number of orders.';
COMMENT ON COLUMN revenue_daily.orders_with_revenue IS 'Number of orders of known revenue.';
COMMENT ON COLUMN revenue_daily.revenue_minor IS
  'Revenue of these orders in minor units. An order of unknown revenue adds nothing; NULL if no'
  ' order has a known one.';

CREATE TABLE traffic_minutely (
  minute     TIMESTAMPTZ PRIMARY KEY,
  hour       TIMESTAMPTZ NOT NULL,
  events     BIGINT NOT NULL,
  bot_events BIGINT NOT NULL
);

COMMENT ON TABLE traffic_minutely IS
  'Mart. One row per minute that has an event, in the latest hour with an event and the 25 hours'
  ' before it. Bots are counted apart.';
COMMENT ON COLUMN traffic_minutely.minute IS 'Start of the minute.';
COMMENT ON COLUMN traffic_minutely.hour IS 'Start of its hour of the reporting zone.';
COMMENT ON COLUMN traffic_minutely.events IS 'Number of events in the minute, without bots.';
COMMENT ON COLUMN traffic_minutely.bot_events IS 'Number of bot events in the minute.';

CREATE TABLE event_hourly (
  hour             TIMESTAMPTZ NOT NULL,
  event_name_hash  BYTEA NOT NULL,
  user_login_state TEXT COLLATE "C" NOT NULL,
  day              DATE NOT NULL,
  event_name       TEXT COLLATE "C" NOT NULL,
  events           BIGINT NOT NULL,
  visitors         BIGINT NOT NULL,
  PRIMARY KEY (hour, event_name_hash, user_login_state)
);
CREATE INDEX event_hourly_day ON event_hourly (day);

COMMENT ON TABLE event_hourly IS
  'Mart. One row per hour of the reporting zone, event name and login state, without bots.';
COMMENT ON COLUMN event_hourly.hour IS 'Start of the hour.';
COMMENT ON COLUMN event_hourly.event_name_hash IS
  'SHA-256 of event_name, which may be long for a key.';
COMMENT ON COLUMN event_hourly.user_login_state IS
  'Login state of the event: guest, logged_in, other, or unknown if not sent.';
COMMENT ON COLUMN event_hourly.day IS 'Reporting day of the hour.';
COMMENT ON COLUMN event_hourly.event_name IS 'Canonical name of the events.';
COMMENT ON COLUMN event_hourly.events IS 'Number of events.';
COMMENT ON COLUMN event_hourly.visitors IS
  'Number of distinct visitors with such an event. Do not add up hours.';

CREATE TABLE quality_hourly (
  hour                  TIMESTAMPTZ PRIMARY KEY,
  day                   DATE NOT NULL,
  events                BIGINT NOT NULL,
  without_client_id     BIGINT NOT NULL,
  without_session_id    BIGINT NOT NULL,
  without_login_state   BIGINT NOT NULL,
  without_page_url      BIGINT NOT NULL,
  without_user_agent    BIGINT NOT NULL,
  unknown_names         BIGINT NOT NULL,
  product_events        BIGINT NOT NULL,
  without_product_id    BIGINT NOT NULL,
  without_product_price BIGINT NOT NULL,
  orders_without_value  BIGINT NOT NULL,
  queued_events         BIGINT NOT NULL,
  median_lag_ms         BIGINT NOT NULL,
  p95_lag_ms            BIGINT NOT NULL,
  skewed_clocks         BIGINT NOT NULL
);

COMMENT ON TABLE quality_hourly IS
  'Mart. One row per hour of the reporting zone that has an event: completeness and lag of its'
  ' events, bots included.';
COMMENT ON COLUMN quality_hourly.hour IS 'Start of the hour in which the events occurred.';
COMMENT ON COLUMN quality_hourly.day IS 'Reporting day of the hour.';
COMMENT ON COLUMN quality_hourly.events IS 'Number of events, bots included.';
COMMENT ON COLUMN quality_hourly.without_client_id IS 'Number of events without a client id.';
COMMENT ON COLUMN quality_hourly.without_session_id IS
  'Number of events without the client''s session id.';
COMMENT ON COLUMN quality_hourly.without_login_state IS 'Number of events without a login state.';
COMMENT ON COLUMN quality_hourly.without_page_url IS 'Number of events without a page URL.';
COMMENT ON COLUMN quality_hourly.without_user_agent IS 'Number of events without a user agent.';
COMMENT ON COLUMN quality_hourly.unknown_names IS 'Number of events without a name.';
COMMENT ON COLUMN quality_hourly.product_events IS
  'Number of product_view, add_to_cart_click and remove_from_cart_click events.';
COMMENT ON COLUMN quality_hourly.without_product_id IS
  'Number of product events without a product id.';
COMMENT ON COLUMN quality_hourly.without_product_price IS
  'Number of product events without a price.';
COMMENT ON COLUMN quality_hourly.orders_without_value IS
  'Number of checkout_complete events without an order value.';
COMMENT ON COLUMN quality_hourly.queued_events IS
  'Number of events that waited at least a second in the client.';
COMMENT ON COLUMN quality_hourly.median_lag_ms IS
  'Median lag from occurrence to reception in milliseconds, by percentile_disc.';
COMMENT ON COLUMN quality_hourly.p95_lag_ms IS '95th percentile of the lag in milliseconds.';
COMMENT ON COLUMN quality_hourly.skewed_clocks IS
  'Number of events whose sentAt is more than a minute off the time of reception.';

CREATE TABLE property_hourly (
  hour          TIMESTAMPTZ NOT NULL,
  property_hash BYTEA NOT NULL,
  day           DATE NOT NULL,
  key           TEXT COLLATE "C" NOT NULL,
  value         TEXT COLLATE "C",
  events        BIGINT NOT NULL,
  PRIMARY KEY (hour, property_hash)
);
CREATE INDEX property_hourly_day ON property_hourly (day);

COMMENT ON TABLE property_hourly IS
  'Mart. One row per hour of the reporting zone and key of properties, and one per frequent value'
  ' of it, without bots. An hour has the 50 most frequent keys, and the 20 most frequent values of'
  ' each.';
COMMENT ON COLUMN property_hourly.hour IS 'Start of the hour.';
COMMENT ON COLUMN property_hourly.property_hash IS 'SHA-256 of key and value.';
COMMENT ON COLUMN property_hourly.day IS 'Reporting day of the hour.';
COMMENT ON COLUMN property_hourly.key IS 'Key of properties.';
COMMENT ON COLUMN property_hourly.value IS
  'Value as text, its first 200 characters. NULL in the row of the key.';
COMMENT ON COLUMN property_hourly.events IS
  'Number of events with the value; in the row of the key, with any value.';

CREATE TABLE engagement_daily (
  day              DATE NOT NULL,
  dimension        TEXT COLLATE "C" NOT NULL,
  value_hash       BYTEA NOT NULL,
  value            TEXT COLLATE "C" NOT NULL,
  label            TEXT COLLATE "C",
  views            BIGINT NOT NULL,
  view_sessions    BIGINT NOT NULL,
  unique_visitors  BIGINT NOT NULL,
  cart_adds        BIGINT NOT NULL,
  cart_removes     BIGINT NOT NULL,
  cart_sessions    BIGINT NOT NULL,
  wishlist_toggles BIGINT NOT NULL,
  shares           BIGINT NOT NULL,
  orders           BIGINT NOT NULL,
  quantity         NUMERIC NOT NULL,
  PRIMARY KEY (day, dimension, value_hash)
);

COMMENT ON TABLE engagement_daily IS
  'Mart. One row per reporting day and product, category or brand: views, cart events, wish list'
  ' events, shares and orders.';
COMMENT ON COLUMN engagement_daily.day IS
  'Reporting day: of the order for orders, else of the session.';
COMMENT ON COLUMN engagement_daily.dimension IS '''product'', ''category'' or ''brand''.';
COMMENT ON COLUMN engagement_daily.value_hash IS 'SHA-256 of value, which may be long for a key.';
COMMENT ON COLUMN engagement_daily.value IS 'Product id, category or brand; empty if not sent.';
COMMENT ON COLUMN engagement_daily.label IS
  'Name of the product: of several on the day the greatest, by bytes. NULL for categories and'
  ' brands.';
COMMENT ON COLUMN engagement_daily.views IS 'Number of product views.';
COMMENT ON COLUMN engagement_daily.view_sessions IS 'Number of sessions with a view.';
COMMENT ON COLUMN engagement_daily.unique_visitors IS
  'Number of distinct visitors with a view. Do not add up days.';
COMMENT ON COLUMN engagement_daily.cart_adds IS 'Number of add-to-cart events.';
COMMENT ON COLUMN engagement_daily.cart_removes IS 'Number of remove-from-cart events.';
COMMENT ON COLUMN engagement_daily.cart_sessions IS 'Number of sessions with an add-to-cart event.';
COMMENT ON COLUMN engagement_daily.wishlist_toggles IS 'Number of wish list events.';
COMMENT ON COLUMN engagement_daily.shares IS 'Number of shares.';
COMMENT ON COLUMN engagement_daily.orders IS 'Number of distinct orders.';
COMMENT ON COLUMN engagement_daily.quantity IS
  'Quantity ordered. Returned lines lower it; a line of unknown quantity adds nothing.';

CREATE TABLE session_funnel_daily (
  day         DATE NOT NULL,
  funnel      TEXT COLLATE "C" NOT NULL,
  login_state TEXT COLLATE "C" NOT NULL,
  channel     TEXT COLLATE "C" NOT NULL,
  step        INTEGER NOT NULL,
  closed      BIGINT NOT NULL,
  opened      BIGINT NOT NULL,
  PRIMARY KEY (day, funnel, login_state, channel, step)
);

COMMENT ON TABLE session_funnel_daily IS
  'Mart. One row per reporting day, funnel, login state, channel and step: counts of sessions.';
COMMENT ON COLUMN session_funnel_daily.day IS
  'Reporting day: of step 1 for the closed count, of the session for the open count.';
COMMENT ON COLUMN session_funnel_daily.funnel IS 'Funnel.';
COMMENT ON COLUMN session_funnel_daily.login_state IS 'Login state of the session.';
COMMENT ON COLUMN session_funnel_daily.channel IS 'Channel of the session.';
COMMENT ON COLUMN session_funnel_daily.step IS 'Number of the step.';
COMMENT ON COLUMN session_funnel_daily.closed IS
  'Number of sessions that entered at step 1 and completed this step in order.';
COMMENT ON COLUMN session_funnel_daily.opened IS 'Number of sessions with this step, in any order.';

CREATE TABLE transition_daily (
  day         DATE NOT NULL,
  kind        TEXT COLLATE "C" NOT NULL,
  pair_hash   BYTEA NOT NULL,
  from_step   TEXT COLLATE "C" NOT NULL,
  to_step     TEXT COLLATE "C" NOT NULL,
  transitions BIGINT NOT NULL,
  sessions    BIGINT NOT NULL,
  PRIMARY KEY (day, kind, pair_hash)
);

COMMENT ON TABLE transition_daily IS
  'Mart. One row per reporting day, kind of step and pair of consecutive steps, without bots.';
COMMENT ON COLUMN transition_daily.day IS 'Reporting day of the sessions.';
COMMENT ON COLUMN transition_daily.kind IS '''page'' or ''event'', as in session_paths.';
COMMENT ON COLUMN transition_daily.pair_hash IS 'SHA-256 of the JSON array of both steps.';
COMMENT ON COLUMN transition_daily.from_step IS 'First event name of the pair.';
COMMENT ON COLUMN transition_daily.to_step IS 'Second event name of the pair.';
COMMENT ON COLUMN transition_daily.transitions IS 'Number of times that the pair occurs.';
COMMENT ON COLUMN transition_daily.sessions IS 'Number of sessions with the pair.';

CREATE TABLE path_daily (
  day       DATE NOT NULL,
  kind      TEXT COLLATE "C" NOT NULL,
  path_hash BYTEA NOT NULL,
  path      TEXT[] COLLATE "C" NOT NULL,
  sessions  BIGINT NOT NULL,
  converted BIGINT NOT NULL,
  PRIMARY KEY (day, kind, path_hash)
);

COMMENT ON TABLE path_daily IS
  'Mart. One row per reporting day, kind of step and path: the first six steps of sessions,'
  ' without bots.';
COMMENT ON COLUMN path_daily.day IS 'Reporting day of the sessions.';
COMMENT ON COLUMN path_daily.kind IS '''page'' or ''event'', as in session_paths.';
COMMENT ON COLUMN path_daily.path_hash IS 'SHA-256 of the path as a JSON array.';
COMMENT ON COLUMN path_daily.path IS 'At most six event names.';
COMMENT ON COLUMN path_daily.sessions IS
  'Number of sessions with these first steps; a shorter path is the whole session.';
COMMENT ON COLUMN path_daily.converted IS 'Number of these sessions that converted.';

CREATE TABLE page_daily (
  day       DATE NOT NULL,
  page_hash BYTEA NOT NULL,
  page_path TEXT COLLATE "C" NOT NULL,
  views     BIGINT NOT NULL,
  sessions  BIGINT NOT NULL,
  converted BIGINT NOT NULL,
  entries   BIGINT NOT NULL,
  bounces   BIGINT NOT NULL,
  exits     BIGINT NOT NULL,
  PRIMARY KEY (day, page_hash)
);

COMMENT ON TABLE page_daily IS
  'Mart. One row per reporting day and page path that a session viewed, or at which one began or'
  ' ended, without bots.';
COMMENT ON COLUMN page_daily.day IS 'Reporting day of the sessions.';
COMMENT ON COLUMN page_daily.page_hash IS 'SHA-256 of page_path, which may be long for a key.';
COMMENT ON COLUMN page_daily.page_path IS 'Path of the page.';
COMMENT ON COLUMN page_daily.views IS 'Number of page views.';
COMMENT ON COLUMN page_daily.sessions IS 'Number of sessions that viewed the page.';
COMMENT ON COLUMN page_daily.converted IS 'Number of these sessions that converted.';
COMMENT ON COLUMN page_daily.entries IS 'Number of sessions that began on the page.';
COMMENT ON COLUMN page_daily.bounces IS
  'Number of sessions that began on the page and bounced.';
COMMENT ON COLUMN page_daily.exits IS 'Number of sessions that ended on the page.';

CREATE TABLE acquisition_daily (
  day                DATE NOT NULL,
  origin_hash        BYTEA NOT NULL,
  channel            TEXT COLLATE "C" NOT NULL,
  source             TEXT COLLATE "C" NOT NULL,
  medium             TEXT COLLATE "C" NOT NULL,
  campaign           TEXT COLLATE "C" NOT NULL,
  sessions           BIGINT NOT NULL,
  visitors           BIGINT NOT NULL,
  new_visitors       BIGINT NOT NULL,
  engaged_sessions   BIGINT NOT NULL,
  converted_sessions BIGINT NOT NULL,
  PRIMARY KEY (day, origin_hash)
);

COMMENT ON TABLE acquisition_daily IS
  'Mart. One row per reporting day, channel, source, medium and campaign, without bots.';
COMMENT ON COLUMN acquisition_daily.day IS 'Reporting day of the sessions.';
COMMENT ON COLUMN acquisition_daily.origin_hash IS
  'SHA-256 of the JSON array of channel, source, medium and campaign.';
COMMENT ON COLUMN acquisition_daily.channel IS 'Default channel group.';
COMMENT ON COLUMN acquisition_daily.source IS 'Traffic source.';
COMMENT ON COLUMN acquisition_daily.medium IS 'Traffic medium.';
COMMENT ON COLUMN acquisition_daily.campaign IS 'Campaign; empty if there is none.';
COMMENT ON COLUMN acquisition_daily.sessions IS 'Number of sessions.';
COMMENT ON COLUMN acquisition_daily.visitors IS 'Number of distinct visitors. Do not add up days.';
COMMENT ON COLUMN acquisition_daily.new_visitors IS 'Number of new visitors.';
COMMENT ON COLUMN acquisition_daily.engaged_sessions IS 'Number of engaged sessions.';
COMMENT ON COLUMN acquisition_daily.converted_sessions IS 'Number of converted sessions.';

DO $$
DECLARE
  mart TEXT;
BEGIN
  FOREACH mart IN ARRAY ARRAY[
    'session_acquisition', 'session_products', 'session_steps', 'session_funnels',
    'returning_funnels', 'visitor_weeks', 'clickstream_orders',
    'clickstream_order_lines', 'order_touches', 'traffic_daily', 'revenue_daily',
    'traffic_minutely', 'event_hourly', 'quality_hourly', 'property_hourly', 'engagement_daily', 'session_funnel_daily',
    'transition_daily', 'path_daily', 'page_daily', 'acquisition_daily']
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO clickstream_etl', mart);
    EXECUTE format('GRANT SELECT ON %I TO clickstream_reader', mart);
  END LOOP;
  FOREACH mart IN ARRAY
    ARRAY['channel_sources', 'click_id_sources', 'channel_rules', 'funnel_steps']
  LOOP
    EXECUTE format('GRANT SELECT ON %I TO clickstream_etl, clickstream_reader', mart);
  END LOOP;
END
$$;

-- Statistics tell the planner that these tables are small.
ANALYZE channel_sources, click_id_sources, channel_rules, funnel_steps;
