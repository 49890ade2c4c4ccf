package io.clickstream.simulator;

import io.clickstream.simulator.Element.Datum;
import java.util.List;

/** The content of the simulated shop beside its products. */
final class ShopContent {

  private ShopContent() {}

  /** Pages other than those of products and categories. */
  static final List<Page> PAGES =
      List.of(
          Page.FLASH_SALE,
          Page.at("/tin-tuc/cach-chon-laptop-cho-sinh-vien", "Cách chọn laptop cho sinh viên"),
          Page.at("/tin-tuc/so-sanh-rtx-4060-va-rx-7600", "So sánh RTX 4060 và RX 7600"),
          Page.at("/tin-tuc/ram-ddr5-co-dang-nang-cap", "RAM DDR5: có đáng nâng cấp?"),
          Page.at("/chinh-sach/bao-hanh", "Chính sách bảo hành"),
          Page.at("/chinh-sach/tra-gop", "Hướng dẫn trả góp 0%"),
          Page.at("/he-thong-cua-hang", "Hệ thống cửa hàng"),
          Page.at("/build-pc", "Xây dựng cấu hình PC"));

  /** Words that people search for. */
  static final List<String> SEARCHES =
      List.of(
          "laptop gaming dưới 20 triệu",
          "màn hình 27 inch 2k",
          "chuột không dây",
          "ssd 1tb",
          "rtx 4060",
          "bàn phím cơ",
          "macbook air m3",
          "tai nghe chống ồn");

  /** Elements whose click does not lead to another page. */
  static final List<Element> CLICKABLE =
      List.of(
          Element.of(
              "BUTTON",
              "filter-price",
              "button",
              "Giá: Thấp đến cao",
              new Datum("filter", "price-asc")),
          Element.of("BUTTON", "", "button", "Xem thêm sản phẩm", new Datum("page", "2")),
          Element.of(
              "A",
              "",
              null,
              "🔥 Flash Sale",
              new Datum("banner", "flash-sale"),
              new Datum("slot", "hero-1")),
          Element.of("SPAN", "", "tab", "Thông số kỹ thuật", new Datum("tab", "specs")),
          Element.of("BUTTON", "gallery-next", "button", ""),
          Element.of("SUMMARY", "", null, "Khuyến mãi & ưu đãi thêm"),
          Element.of("INPUT", "compare", "checkbox", "", new Datum("action", "compare")),
          Element.of(
              "DIV",
              "",
              null,
              "Tặng kèm balo chống sốc, chuột không dây và gói cài đặt phần mềm trọn đời. Hỗ trợ trả"
                  + " góp 0% qua thẻ tín dụng, miễn phí giao hàng trong bán kính 20 km, đổi mới trong 30"
                  + " ngày đầu nếu có lỗi của nhà sản xuất.",
              new Datum("promotion", "tang-kem")),
          Element.of(
              "BUTTON",
              "chat",
              "button",
              "Chat với \"Trợ lý\" mua hàng",
              new Datum("widget", "chat")));
}
