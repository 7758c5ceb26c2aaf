#include "binding/records.h"

#include <algorithm>
#include <array>
#include <string>

#include "records/packed.h"

namespace netplumb {

namespace {

/// A text in UTF-16. Nearly all records are short, which saves asking for their length and for memory.
class Utf16 {
 public:
  explicit Utf16(Napi::Value value) {
    const napi_status status = napi_get_value_string_utf16(value.Env(), value, short_.data(), short_.size(), &length_);
    NAPI_THROW_IF_FAILED_VOID(value.Env(), status);
    // As much as fits was written, and a NUL.
    if (length_ + 1 == short_.size()) long_ = value.As<Napi::String>().Utf16Value();
  }
  Utf16(const Utf16&) = delete;
  Utf16& operator=(const Utf16&) = delete;

  std::u16string_view view() const {
    return long_.empty() ? std::u16string_view(short_.data(), length_) : std::u16string_view(long_);
  }

 private:
  std::array<char16_t, 2048> short_;
  size_t length_ = 0;
  std::u16string long_;
};

size_t size(Napi::Value value) { return static_cast<size_t>(value.As<Napi::Number>().Int64Value()); }

}  // namespace

Napi::Value packJson(const Napi::CallbackInfo& info) {
  const Utf16 json(info[0]);
  const Utf16 key(info[1]);
  auto target = info[2].As<Napi::Uint8Array>();
  const size_t start = size(info[3]);
  const auto packed = packJson(json.view(), key.view());
  if (!packed) throw Napi::TypeError::New(info.Env(), "not the JSON of a record");
  const size_t end = start + packed->size();
  if (end <= target.ByteLength()) std::copy(packed->begin(), packed->end(), target.Data() + start);
  return Napi::Number::New(info.Env(), static_cast<double>(end));
}

Napi::Value unpackJson(const Napi::CallbackInfo& info) {
  const auto source = info[0].As<Napi::Uint8Array>();
  const size_t end = std::min(size(info[2]), source.ByteLength());
  const size_t start = std::min(size(info[1]), end);
  const Utf16 key(info[3]);
  const auto json = unpackJson({source.Data() + start, end - start}, key.view());
  if (!json) throw Napi::RangeError::New(info.Env(), "not the bytes of a record");
  napi_value text = nullptr;
  const napi_status status = napi_create_string_latin1(info.Env(), json->data(), json->size(), &text);
  NAPI_THROW_IF_FAILED(info.Env(), status, Napi::Value());
  return Napi::Value(info.Env(), text);
}

}  // namespace netplumb
