#include "emotion/interop/torch.hpp"

#include <ATen/ATen.h>

// Last: LibTorch defines CHECK too.
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("A tensor of pixels is seen as a picture without a copy, parts of it too") {
    const at::Tensor tensor = at::arange(6 * 8 * 3).to(at::kByte).view({6, 8, 3});
    const ImageView view = as_view(tensor, PixelFormat::bgr8);
    CHECK(view.data == tensor.data_ptr());
    CHECK(view.height == 6);
    CHECK(view.width == 8);
    CHECK(view.format == PixelFormat::bgr8);
    const ImageView part = as_view(tensor.narrow(0, 2, 3).narrow(1, 1, 4));
    CHECK(part.row(1)[0] == tensor[3][1][0].item<int>());
    CHECK(part.row_stride == 24);
    CHECK(as_view(tensor.select(2, 0).contiguous()).format == PixelFormat::gray8);
}

TEST_CASE("Tensors that are no packed pictures are refused") {
    const at::Tensor good = at::zeros({6, 8, 3}, at::kByte);
    for (const at::Tensor& bad :
         {good.to(at::kFloat), good.view({6, 24}).view({1, 6, 8, 3}), good.permute({1, 0, 2}), good.permute({2, 0, 1}),
          good.select(2, 0), at::zeros({6, 8, 2}, at::kByte), at::zeros({0, 8, 3}, at::kByte), at::Tensor()})
        error_message(ErrorCode::invalid_argument, [&] { as_view(bad); });
    error_message(ErrorCode::invalid_argument, [&] { as_view(good, PixelFormat::gray8); });
}

TEST_CASE("A picture becomes a tensor over the same memory, or one that owns it") {
    Image image(3, 5, PixelFormat::rgb8);
    image.row(2)[4 * 3 + 1] = 77;
    const std::uint8_t* memory = image.data();
    const at::Tensor seen = as_tensor(image);
    CHECK(seen.data_ptr() == memory);
    CHECK(seen[2][4][1].item<int>() == 77);
    const at::Tensor owned = to_tensor(std::move(image));
    CHECK(owned.data_ptr() == memory);
    CHECK(owned.sizes() == at::IntArrayRef({3, 5, 3}));
    CHECK(owned[2][4][1].item<int>() == 77);
}
