#pragma once

#include <string>

namespace breakwater {

/// Room for encoded bytes, which the streams of a thread lend each other: only the one that is writing needs it. Takes
/// it when `out` is empty.
void take_spare_room(std::string& out) noexcept;
/// Empties `out` and leaves its room to whoever writes next.
void give_back_room(std::string& out) noexcept;

}  // namespace breakwater
