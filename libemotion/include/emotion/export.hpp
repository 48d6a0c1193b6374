#pragma once

/// Stands behind `namespace emotion` in public headers: what is declared there leaves the shared library; everything
/// else stays inside.
#define EMOTION_PUBLIC __attribute__((visibility("default")))
