#pragma once

namespace emotion {

/// Registers what a library below must do when set_num_threads is called. Layers that own such a library call this
/// once from a static initialiser.
bool add_thread_setter(void (*setter)(int count));

}  // namespace emotion
