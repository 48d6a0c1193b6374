"""The plain PyTorch networks of emotion.reference, which builds and loads them."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

_STRIDES = (8, 16, 32)


def _norm_conv(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    """A convolution without bias and its batch norm."""
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs, eps=1e-5)]


# -------------------------------------------------------------------- RetinaFace (Deng et al. 2019, arXiv 1905.00641)


class _MobileNetQuarter(nn.Module):
    """MobileNet v1 at a quarter of its width; gives the maps at strides 8, 16 and 32."""

    def __init__(self, channels: int) -> None:
        super().__init__()

        def separable(inputs: int, outputs: int, stride: int) -> nn.Sequential:
            return nn.Sequential(
                *_norm_conv(inputs, inputs, 3, stride, groups=inputs),
                nn.LeakyReLU(0.1),
                *_norm_conv(inputs, outputs, 1),
                nn.LeakyReLU(0.1),
            )

        stem = nn.Sequential(*_norm_conv(channels, 8, 3, 2), nn.LeakyReLU(0.1))
        self.stage1 = nn.Sequential(
            stem,
            separable(8, 16, 1),
            separable(16, 32, 2),
            separable(32, 32, 1),
            separable(32, 64, 2),
            separable(64, 64, 1),
        )
        self.stage2 = nn.Sequential(separable(64, 128, 2), *[separable(128, 128, 1) for _ in range(5)])
        self.stage3 = nn.Sequential(separable(128, 256, 2), separable(256, 256, 1))

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        stride8 = self.stage1(x)
        stride16 = self.stage2(stride8)
        return [stride8, stride16, self.stage3(stride16)]


class _Bottleneck(nn.Module):
    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = _norm_conv(inputs, width, 1)
        self.conv2, self.bn2 = _norm_conv(width, width, 3, stride)
        self.conv3, self.bn3 = _norm_conv(width, 4 * width, 1)
        self.downsample = None
        if stride > 1 or inputs != 4 * width:
            self.downsample = nn.Sequential(*_norm_conv(inputs, 4 * width, 1, stride))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class _ResNet50(nn.Module):
    """He et al. 2015, with the stride on the 3x3 convolution; gives the maps at strides 8, 16 and 32."""

    layer1: nn.Sequential
    layer2: nn.Sequential
    layer3: nn.Sequential
    layer4: nn.Sequential

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = _norm_conv(channels, 64, 7, 2)
        inputs = 64
        for stage, count in enumerate((3, 4, 6, 3)):
            width = 64 * 2**stage
            blocks = []
            for i in range(count):
                blocks.append(_Bottleneck(inputs, width, 2 if stage > 0 and i == 0 else 1))
                inputs = 4 * width
            self.add_module(f"layer{stage + 1}", nn.Sequential(*blocks))

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer1(F.max_pool2d(x, 3, 2, 1))
        stride8 = self.layer2(x)
        stride16 = self.layer3(stride8)
        return [stride8, stride16, self.layer4(stride16)]


class _Pyramid(nn.Module):
    """Feature pyramid: from coarse to fine, each level added to the next finer one and smoothed."""

    def __init__(self, inputs: list[int], width: int, slope: float) -> None:
        super().__init__()

        def smoothed(inputs: int, kernel: int) -> nn.Sequential:
            return nn.Sequential(*_norm_conv(inputs, width, kernel), nn.LeakyReLU(slope))

        self.output1, self.output2, self.output3 = (smoothed(count, 1) for count in inputs)
        self.merge1, self.merge2 = smoothed(width, 3), smoothed(width, 3)

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        fine, middle, coarse = self.output1(maps[0]), self.output2(maps[1]), self.output3(maps[2])
        middle = self.merge2(middle + F.interpolate(coarse, size=middle.shape[2:], mode="nearest"))
        fine = self.merge1(fine + F.interpolate(middle, size=fine.shape[2:], mode="nearest"))
        return [fine, middle, coarse]


class _Context(nn.Module):
    """Fields of view of 3x3, 5x5 and 7x7 side by side (SSH, Najibi et al. 2017); the names are the checkpoint's."""

    def __init__(self, width: int, slope: float) -> None:
        super().__init__()
        half, quarter = width // 2, width // 4
        self.conv3X3 = nn.Sequential(*_norm_conv(width, half, 3))
        self.conv5X5_1 = nn.Sequential(*_norm_conv(width, quarter, 3), nn.LeakyReLU(slope))
        self.conv5X5_2 = nn.Sequential(*_norm_conv(quarter, quarter, 3))
        self.conv7X7_2 = nn.Sequential(*_norm_conv(quarter, quarter, 3), nn.LeakyReLU(slope))
        self.conv7x7_3 = nn.Sequential(*_norm_conv(quarter, quarter, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shared = self.conv5X5_1(x)
        parts = [self.conv3X3(x), self.conv5X5_2(shared), self.conv7x7_3(self.conv7X7_2(shared))]
        return torch.relu(torch.cat(parts, dim=1))


class _OneByOne(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1x1 = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.conv1x1(x)
        return y


class RetinaFace(nn.Module):
    def __init__(self, backbone: float, channels: int) -> None:
        super().__init__()
        mobile = backbone == 0.25
        width = 64 if mobile else 256
        slope = 0.1 if mobile else 0.0
        self.body = _MobileNetQuarter(channels) if mobile else _ResNet50(channels)
        self.fpn = _Pyramid([64, 128, 256] if mobile else [512, 1024, 2048], width, slope)
        for i in range(3):
            self.add_module(f"ssh{i + 1}", _Context(width, slope))
        self.ClassHead = nn.ModuleList(_OneByOne(width, 2 * 2) for _ in _STRIDES)
        self.BboxHead = nn.ModuleList(_OneByOne(width, 2 * 4) for _ in _STRIDES)
        self.LandmarkHead = nn.ModuleList(_OneByOne(width, 2 * 10) for _ in _STRIDES)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        levels = self.fpn(self.body(x))
        result = {}
        for i, stride in enumerate(_STRIDES):
            features = getattr(self, f"ssh{i + 1}")(levels[i])
            result[f"class_{stride}"] = self.ClassHead[i](features)
            result[f"box_{stride}"] = self.BboxHead[i](features)
            result[f"landmarks_{stride}"] = self.LandmarkHead[i](features)
        return result


# --------------------------------------------------------------- YuNet (Wu et al. 2023, doi 10.1007/s11633-023-1423-y)


class _Unit(nn.Module):
    """Pointwise, then depthwise 3x3; batch norm and ReLU where it is not a head."""

    def __init__(self, inputs: int, outputs: int, head: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, groups=outputs)
        self.bn = None if head else nn.BatchNorm2d(outputs, eps=1e-5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv2(self.conv1(x))
        return x if self.bn is None else torch.relu(self.bn(x))


class _YuNetStem(nn.Module):
    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, outputs, 3, stride=2, padding=1)
        self.bn1 = nn.BatchNorm2d(outputs, eps=1e-5)
        self.conv2 = _Unit(outputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.conv2(torch.relu(self.bn1(self.conv1(x))))
        return y


class _YuNetStage(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = _Unit(inputs, inputs)
        self.conv2 = _Unit(inputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.conv2(self.conv1(x))
        return y


class _YuNetBody(nn.Module):
    """Gives the maps at strides 8, 16 and 32."""

    def __init__(self, stages: list[int], channels: int) -> None:
        super().__init__()
        self.model0 = _YuNetStem(channels, stages[0])
        self.model1, self.model2, self.model3, self.model4, self.model5 = map(_YuNetStage, stages, stages[1:])

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        x = F.max_pool2d(self.model0(x), 2)
        x = F.max_pool2d(self.model2(self.model1(x)), 2)
        fine = self.model3(x)
        middle = self.model4(F.max_pool2d(fine, 2))
        return [fine, middle, self.model5(F.max_pool2d(middle, 2))]


class _YuNetNeck(nn.Module):
    """From coarse to fine, each level added to the next finer one."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        self.lateral_convs = nn.ModuleList(_Unit(width, width) for width in widths)

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        fine, middle, coarse = maps
        coarse = self.lateral_convs[2](coarse)
        middle = self.lateral_convs[1](middle + F.interpolate(coarse, size=middle.shape[2:], mode="nearest"))
        fine = self.lateral_convs[0](fine + F.interpolate(middle, size=fine.shape[2:], mode="nearest"))
        return [fine, middle, coarse]


class _YuNetHead(nn.Module):
    """Scores, boxes and landmarks of each level; the names are the checkpoint's."""

    def __init__(self, widths: list[int], shared: bool) -> None:
        super().__init__()

        def heads(outputs: int) -> nn.ModuleList:
            return nn.ModuleList(_Unit(width, outputs, head=True) for width in widths)

        self.multi_level_share_convs = nn.ModuleList(
            nn.Sequential(_Unit(width, width)) if shared else nn.Identity() for width in widths
        )
        self.multi_level_cls = heads(1)
        self.multi_level_obj = heads(1)
        self.multi_level_bbox = heads(4)
        self.multi_level_kps = heads(10)

    def forward(self, maps: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        result = {}
        for i, stride in enumerate(_STRIDES):
            features = self.multi_level_share_convs[i](maps[i])
            result[f"class_{stride}"] = self.multi_level_cls[i](features)
            result[f"object_{stride}"] = self.multi_level_obj[i](features)
            result[f"box_{stride}"] = self.multi_level_bbox[i](features)
            result[f"landmarks_{stride}"] = self.multi_level_kps[i](features)
        return result


class YuNet(nn.Module):
    def __init__(self, stages: list[int], shared_head: bool, channels: int) -> None:
        super().__init__()
        self.backbone = _YuNetBody(stages, channels)
        self.neck = _YuNetNeck(stages[3:])
        self.bbox_head = _YuNetHead(stages[3:], shared_head)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        result: dict[str, torch.Tensor] = self.bbox_head(self.neck(self.backbone(x)))
        return result


# ----------------------------------------------------------------------------------------- this library's own networks


class _ConvBn(nn.Module):
    """Convolution and batch norm, then ReLU unless told otherwise."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, relu: bool = True) -> None:
        super().__init__()
        self.conv, self.bn = _norm_conv(inputs, outputs, kernel, stride)
        self.relu = relu

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.bn(self.conv(x))
        return torch.relu(x) if self.relu else x


class _Block(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al. 2015)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = _ConvBn(inputs, outputs, 3, stride)
        self.second = _ConvBn(outputs, outputs, 3, relu=False)
        same = stride == 1 and inputs == outputs
        self.shortcut = None if same else _ConvBn(inputs, outputs, 1, stride, relu=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.second(self.first(x)) + (x if self.shortcut is None else self.shortcut(x)))


class _FaceHead(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.shared = _ConvBn(width, width, 3)
        self.score = nn.Conv2d(width, 1, 1)
        self.box = nn.Conv2d(width, 4, 1)
        self.landmarks = nn.Conv2d(width, 10, 1)

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        features = self.shared(x)
        return [self.score(features), self.box(features), self.landmarks(features)]


class FaceResNet(nn.Module):
    def __init__(self, widths: list[int], blocks: list[int], neck: int, channels: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(_ConvBn(channels, widths[0], 3, 2), _ConvBn(widths[0], widths[1], 3, 2))
        self.neck = nn.ModuleDict()
        self.head = nn.ModuleDict()
        for i, stride in enumerate(_STRIDES):
            stage = nn.ModuleDict({"down": _ConvBn(widths[i + 1], widths[i + 2], 3, 2)})
            for k in range(blocks[i]):
                stage[str(k)] = _Block(widths[i + 2], widths[i + 2], 1)
            self.add_module(f"stage{stride}", stage)
            self.neck[str(stride)] = _ConvBn(widths[i + 2], neck, 1)
            self.head[str(stride)] = _FaceHead(neck)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.stem(x)
        levels = {}
        for stride in _STRIDES:
            for part in getattr(self, f"stage{stride}").values():
                x = part(x)
            levels[stride] = x
        above = None
        for stride in reversed(_STRIDES):
            level = self.neck[str(stride)](levels[stride])
            if above is not None:
                level = level + F.interpolate(above, size=level.shape[2:], mode="nearest")
            levels[stride] = above = level
        result = {}
        for stride in _STRIDES:
            score, box, landmarks = self.head[str(stride)](levels[stride])
            result.update({f"score_{stride}": score, f"box_{stride}": box, f"landmarks_{stride}": landmarks})
        return result


class EmotionResNet(nn.Module):
    def __init__(
        self, widths: list[int], blocks: int, stem_stride: int, dropout: float, channels: int, classes: int
    ) -> None:
        super().__init__()
        self.stem = _ConvBn(channels, widths[0], 3, stem_stride)
        self.stages = len(widths)
        inputs = widths[0]
        for stage, width in enumerate(widths):
            parts = []
            for i in range(blocks):
                parts.append(_Block(inputs, width, 2 if stage > 0 and i == 0 else 1))
                inputs = width
            self.add_module(f"stage{stage}", nn.Sequential(*parts))
        self.dropout = nn.Dropout(dropout)
        self.classes = nn.Linear(inputs, classes)
        self.valence_arousal = nn.Linear(inputs, 2)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.stem(x)
        for stage in range(self.stages):
            x = getattr(self, f"stage{stage}")(x)
        x = self.dropout(x.mean(dim=(2, 3)))
        return {"logits": self.classes(x), "valence_arousal": self.valence_arousal(x)}


class LeNet48(nn.Module):
    """LeNet (LeCun et al. 1998) with ReLU, for crops of 48 x 48."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 24, 5)
        self.fc1 = nn.Linear(24 * 9 * 9, 486)
        self.fc2 = nn.Linear(486, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        x = F.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = F.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(x.flatten(1)))
        return {"logits": self.fc3(torch.relu(self.fc2(x)))}
