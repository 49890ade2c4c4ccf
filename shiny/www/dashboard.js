// Definitions behind "?", sortable tables, rows that can be chosen, chart sizes, the live mode. Events
// are delegated, because Shiny replaces the content of pages.
(() => {
  'use strict';
  let open = null;

  const close = () => {
    if (open) {
      open.popover.dispose();
      open = null;
    }
  };

  const showMeaning = (button) => {
    const isSame = open && open.button === button;
    close();
    if (isSame) {
      return;
    }
    const popover = new bootstrap.Popover(button, {
      content: button.dataset.meaning,
      html: true,
      trigger: 'manual',
      placement: 'auto',
      container: 'body',
      title: '',
    });
    popover.show();
    open = { button, popover };
  };

  // Sorts numbers by value, missing ones last, and text by the order of the language.
  const sort = (button) => {
    const heading = button.closest('th');
    const place = [...heading.parentNode.children].indexOf(heading);
    const isNumber = heading.classList.contains('number');
    const first = isNumber ? 'descending' : 'ascending';
    const order =
      heading.getAttribute('aria-sort') === first ? (isNumber ? 'ascending' : 'descending') : first;
    const sign = order === 'ascending' ? 1 : -1;
    const body = heading.closest('table').tBodies[0];
    const value = (row) => row.children[place].dataset.sort;
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (isNumber) {
        if (x === '' || y === '') {
          return (x === '') - (y === '');
        }
        return sign * (Number(x) - Number(y));
      }
      return sign * x.localeCompare(y);
    };
    body.append(...[...body.rows].sort(compare));
    for (const other of heading.parentNode.children) {
      other.removeAttribute('aria-sort');
    }
    heading.setAttribute('aria-sort', order);
  };

  // A table that shows a part of its rows is sorted by the server.
  const sortOnServer = (button) => {
    const heading = button.closest('th');
    const first = heading.classList.contains('number') ? 'descending' : 'ascending';
    const other = first === 'descending' ? 'ascending' : 'descending';
    const order = heading.getAttribute('aria-sort') === first ? other : first;
    Shiny.setInputValue(
      button.dataset.input,
      { column: button.dataset.column, order },
      { priority: 'event' },
    );
  };

  // ── The address ──

  const sendAddress = () =>
    Shiny.setInputValue('address', window.location.search, { priority: 'event' });
  const openInApp = (link) => {
    window.history.pushState(null, '', link.getAttribute('href'));
    window.scrollTo(0, 0);
    sendAddress();
  };
  window.addEventListener('popstate', sendAddress);
  let isOpened = false;
  const showAddress = (query) => {
    const isSame =
      query === window.location.search || (query === '?' && window.location.search === '');
    if (!isSame) {
      // The first address only completes the one that was opened.
      window.history[isOpened ? 'pushState' : 'replaceState'](null, '', query);
    }
    isOpened = true;
  };
  let clicks = 0;

  // Priority "event": a second click on the same row counts too.
  const choose = (row) => {
    Shiny.setInputValue(row.dataset.input, row.dataset.value, { priority: 'event' });
    // What belongs to the row may stand below the window, as on a phone.
    const panel = document.getElementById(row.dataset.shows)?.closest('.panel');
    if (panel && panel.getBoundingClientRect().top > window.innerHeight - 80) {
      panel.scrollIntoView({ behavior: 'smooth' });
    }
  };

  // The filters form a form for screen readers; Enter in it sends nothing.
  document.addEventListener('submit', (event) => event.preventDefault());

  document.addEventListener('click', (event) => {
    const target = event.target.closest('.meaning, .sort, .choice, .more, a.in-app');
    if (!target || !target.classList.contains('meaning')) {
      close();
    }
    if (!target) {
      return;
    }
    if (target.classList.contains('meaning')) {
      event.preventDefault();
      showMeaning(target);
    } else if (target.classList.contains('in-app')) {
      // With a modifier key the browser opens the link in another tab.
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
        event.preventDefault();
        openInApp(target);
      }
    } else if (target.classList.contains('more')) {
      clicks += 1;
      Shiny.setInputValue(target.dataset.input, clicks, { priority: 'event' });
    } else if (target.classList.contains('sort')) {
      if (target.dataset.input) {
        sortOnServer(target);
      } else {
        sort(target);
      }
    } else {
      choose(target);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close();
    } else if (event.key === 'Enter' && event.target.matches('tr.choice')) {
      choose(event.target);
    } else if (event.key === 'Enter' && event.target.id === 'sessions-text') {
      document.getElementById('sessions-search').click();
    }
  });
  // Closes a definition whose button was replaced.
  document.addEventListener('shiny:value', () => {
    if (open && !document.contains(open.button)) {
      close();
    }
  });
  // Resizes a chart that was drawn while it was hidden, or before its container had its size.
  const fit = (chart) => {
    const drawn = chart.querySelector('.main-svg');
    if (drawn && chart.clientWidth > 0 && Math.abs(drawn.clientWidth - chart.clientWidth) > 1) {
      Plotly.Plots.resize(chart);
    }
  };
  const places = new ResizeObserver((changes) => changes.forEach(({ target }) => fit(target)));
  // On a phone columns stop beside the names, also at the end of the way: the last column gets as much
  // room as the last stop needs.
  const makeLastStop = (frame) => {
    const [first, ...others] = frame.querySelectorAll('th');
    const room = parseFloat(frame.style.getPropertyValue('--last-stop')) || 0;
    const end = frame.scrollWidth - frame.clientWidth - room;
    if (end <= 0 || window.getComputedStyle(frame).scrollSnapType === 'none') {
      return;
    }
    const begin = first.closest('table').getBoundingClientRect().left + first.offsetWidth;
    const stops = others.map((heading) => heading.getBoundingClientRect().left - begin);
    const last = stops.find((stop) => stop >= end - 1) ?? end;
    if (Math.abs(last - end - room) > 1) {
      frame.style.setProperty('--last-stop', `${Math.max(0, last - end)}px`);
    }
  };
  document.addEventListener(
    'scroll',
    ({ target }) => {
      if (target.matches?.('.table-frame')) {
        makeLastStop(target);
      }
    },
    true,
  );
  // On a phone each entry of a legend may take a line of its own. The chart then becomes higher by
  // these lines, so that its lines and bars keep their room.
  const ONE_LINE_PX = 30;
  const makeRoom = (chart) => {
    if (chart.clientWidth === 0) {
      return;
    }
    chart.dataset.height ??= String(chart.clientHeight);
    const legend = chart.querySelector('.legend .bg');
    const lines = legend && chart.clientWidth < 480 ? legend.getBBox().height : 0;
    const wanted = Number(chart.dataset.height) + Math.max(0, Math.round(lines) - ONE_LINE_PX);
    if (Math.abs(chart.clientHeight - wanted) > 1) {
      chart.style.height = `${wanted}px`;
      Plotly.Plots.resize(chart);
    }
  };
  window.clickstreamCharts = {
    rendered(chart) {
      places.observe(chart);
      chart.removeAllListeners('plotly_afterplot');
      chart.on('plotly_afterplot', () => {
        fit(chart);
        makeRoom(chart);
      });
      fit(chart);
      makeRoom(chart);
    },
  };
  // The button of the menu says whether the menu is open.
  document.addEventListener('DOMContentLoaded', () => {
    const toggle = document.querySelector('.navbar-toggle, .navbar-toggler');
    const menu = document.querySelector('.navbar-collapse');
    if (!toggle || !menu) {
      return;
    }
    const tell = (isOpen) => toggle.setAttribute('aria-expanded', String(isOpen));
    toggle.setAttribute('aria-controls', menu.id);
    tell(false);
    menu.addEventListener('shown.bs.collapse', () => tell(true));
    menu.addEventListener('hidden.bs.collapse', () => tell(false));
    // A chosen page closes the menu, also while it is still opening.
    const hide = () => bootstrap.Collapse.getOrCreateInstance(menu, { toggle: false }).hide();
    menu.addEventListener('click', (event) => {
      if (!event.target.closest('.nav-link')) {
        return;
      }
      if (menu.classList.contains('collapsing')) {
        menu.addEventListener('shown.bs.collapse', hide, { once: true });
      } else if (menu.classList.contains('show')) {
        hide();
      }
    });
  });
  // Shows the parts of a page that depend on a select or a checkbox.
  const choiceOf = (input) => (input.type === 'checkbox' ? String(input.checked) : input.value);
  const showParts = () => {
    for (const part of document.querySelectorAll('[data-shown-if]')) {
      const input = document.getElementById(part.dataset.shownIf);
      const isHidden = !input || choiceOf(input) !== part.dataset.shownValue;
      if (part.hidden !== isHidden) {
        part.hidden = isHidden;
        // Shiny computes only the outputs that are shown.
        $(part).trigger(isHidden ? 'hidden' : 'shown');
      }
    }
  };
  // Fills a page that is opened for the first time. Bootstrap tells it before it shows the page, and
  // Shiny sends the values of the controls together with the name of the page.
  $(document).on('show.bs.tab', ({ target }) => {
    const link = target.closest('[data-value]');
    const page = document.querySelector(`.page[data-page="${link?.dataset.value}"]`);
    const closed = page?.querySelector(':scope > template.closed-page');
    if (closed) {
      closed.replaceWith(closed.content);
      showParts();
      Shiny.bindAll(page);
    }
  });
  document.addEventListener('DOMContentLoaded', showParts);
  $(document).on('change shiny:message', showParts);
  class DayBinding extends Shiny.InputBinding {
    find(scope) {
      return $(scope).find('input.day-input');
    }

    getValue(element) {
      return element.value;
    }

    receiveMessage(element, message) {
      for (const name of ['min', 'max']) {
        if (message[name]) {
          element[name] = message[name];
        }
      }
      if (message.value !== undefined) {
        element.value = message.value;
        $(element).trigger('change');
      }
    }

    subscribe(element, callback) {
      $(element).on('change.day', () => callback(false));
    }

    unsubscribe(element) {
      $(element).off('.day');
    }
  }
  Shiny.inputBindings.register(new DayBinding(), 'clickstream.day');

  // ── Live ──
  //
  // Asks for new numbers while somebody sees the live mode, and it has not stopped. The server
  // answers, or says in .live-stopped why it does not.
  const LIVE_MS = 10_000;
  let ticks = 0;
  let tickedAt = -Infinity;
  const tick = () => {
    const live = document.querySelector('.live');
    const isSeen = live?.offsetParent && document.visibilityState === 'visible';
    const hasStopped = live?.querySelector('.live-stopped:not([hidden])');
    if (isSeen && !hasStopped && window.performance.now() - tickedAt >= LIVE_MS) {
      tickedAt = window.performance.now();
      ticks += 1;
      Shiny.setInputValue(live.dataset.tick, ticks, { priority: 'event' });
    }
  };
  const tellConnection = (isLost) => {
    const lost = document.querySelector('.live-lost');
    if (lost) {
      lost.hidden = !isLost;
    }
  };
  $(document).one('shiny:connected', () => window.setInterval(tick, 500));
  $(document).on('shiny:connected', () => tellConnection(false));
  $(document).on('shiny:disconnected', () => tellConnection(true));

  // Loads plotly.js while the server computes the first rows. Charts that come before it wait.
  const loadPlotly = () => {
    const isLoaded = new Promise((resolve) => {
      const script = document.createElement('script');
      script.src = document.querySelector('meta[name="plotly-script"]').content;
      script.addEventListener('load', resolve);
      document.head.append(script);
    });
    const charts = Shiny.outputBindings
      .getBindings()
      .find(({ binding }) => binding.name === 'plotly');
    const { renderValue } = charts.binding;
    charts.binding.renderValue = function renderLater(element, data) {
      if (window.Plotly) {
        renderValue.call(this, element, data);
      } else {
        isLoaded.then(() => renderValue.call(this, element, data));
      }
    };
  };
  $(document).on('shiny:value shiny:error', ({ target }) => {
    // It is the document for an output that the page does not have.
    target.classList?.remove('waiting');
    target.removeAttribute?.('aria-busy');
  });
  $(document).one('shiny:connected', loadPlotly);
  $(document).on('shiny:connected', () => {
    Shiny.addCustomMessageHandler('warehouse', (kind) => {
      document.body.dataset.warehouse = kind;
    });
    // The output keeps its old content until the rows of a query are there.
    Shiny.addCustomMessageHandler('waiting', (id) => {
      const output = document.getElementById(id);
      if (output) {
        output.classList.add('waiting');
        output.setAttribute('aria-busy', 'true');
      }
    });
    Shiny.addCustomMessageHandler('address', showAddress);
    Shiny.addCustomMessageHandler('open', (id) => {
      document.getElementById(id).open = true;
    });
    Shiny.addCustomMessageHandler('set_input', ({ id, value }) => Shiny.setInputValue(id, value));
    // Chooses values of a list, also those that it does not offer yet.
    Shiny.addCustomMessageHandler('choose', ({ id, values }) => {
      const list = document.getElementById(id).selectize;
      values.forEach((value) => list.addOption({ value, label: value, text: value }));
      list.setValue(values);
    });
  });
})();
