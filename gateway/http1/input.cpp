#include "gateway/http1/input.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace gateway::http1 {

bool http_input::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return true;
  const std::size_t wanted = charge_for(capacity);
  if (wanted > charged_ && !room_->reserve(wanted - charged_)) return false;
  note_charge(wanted);
  return resize(capacity);
}

bool http_input::reserve_beyond(std::size_t capacity) {
  if (!overdraws_ && !room_->take_overdraft()) return false;
  overdraws_ = true;
  charge(capacity);
  return resize(capacity);
}

void http_input::append(std::string_view bytes) {
  const std::size_t wanted = size_ + bytes.size();
  if (wanted > capacity_) {
    charge(wanted);
    if (!resize(wanted)) throw std::bad_alloc();
  }
  std::memcpy(tail(), bytes.data(), bytes.size());
  commit(bytes.size());
}

void http_input::charge(std::size_t capacity) noexcept {
  const std::size_t wanted = charge_for(capacity);
  if (wanted > charged_) room_->charge(wanted - charged_);
  note_charge(wanted);
}

void http_input::note_charge(std::size_t bytes) noexcept {
  if (bytes <= charged_) return;
  if (charged_ == 0) room_->begin_holding();
  charged_ = bytes;
}

void http_input::discharge() noexcept {
  if (charged_ == 0) return;
  room_->release(std::exchange(charged_, 0));
  room_->end_holding();
}

// realloc: large buffers grow by remapping pages instead of copying them.
bool http_input::resize(std::size_t capacity) {
  void* resized = std::realloc(bytes_, capacity + padding_bytes);
  if (resized == nullptr) return false;
  bytes_ = static_cast<char*>(resized);
  capacity_ = capacity;
  return true;
}

// A large body leaves no large buffer to the few bytes behind it.
void http_input::keep(std::size_t at, std::size_t size) noexcept {
  if (size == 0) return clear();
  if (at != 0) std::memmove(bytes_, bytes_ + at, size);
  size_ = size;
  if (size > uncharged_bytes || charged_ == 0 || !resize(uncharged_bytes)) return;
  discharge();
  give_back_overdraft();
}

void http_input::give_back_overdraft() noexcept {
  if (std::exchange(overdraws_, false)) room_->give_back_overdraft();
}

void http_input::clear() noexcept {
  discharge();
  give_back_overdraft();
  std::free(std::exchange(bytes_, nullptr));
  size_ = capacity_ = 0;
}

}  // namespace gateway::http1
