#include <memory>
#include <tuple>
#include <utility>

#include "binding/convert.h"
#include "binding/process.h"
#include "process/file_lock.h"
#include "process/file_look.h"
#include "process/file_room.h"

namespace netplumb {

Napi::Value lockFile(const Napi::CallbackInfo& info) {
  const Result<bool> isOurs = lockFile(info[0].As<Napi::Number>().Int32Value());
  if (!isOurs) throw errorFrom(info.Env(), isOurs.error());
  return Napi::Boolean::New(info.Env(), *isOurs);
}

void unlockFile(const Napi::CallbackInfo& info) {
  const Status status = unlockFile(info[0].As<Napi::Number>().Int32Value());
  if (!status) throw errorFrom(info.Env(), status.error());
}

Napi::Value reserveFile(const Napi::CallbackInfo& info) {
  const Result<bool> isReserved =
      reserveFile(info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Number>().Int64Value(),
                  info[2].As<Napi::Number>().Int64Value());
  if (!isReserved) throw errorFrom(info.Env(), isReserved.error());
  return Napi::Boolean::New(info.Env(), *isReserved);
}

Napi::Value inodeOf(const Napi::CallbackInfo& info) {
  const auto inode = inodeOf(info[0].As<Napi::String>().Utf8Value().c_str());
  if (!inode) throw errorFrom(info.Env(), inode.error());
  return *inode ? Napi::Number::New(info.Env(), static_cast<double>(**inode)) : info.Env().Undefined();
}

Napi::Value viewFile(const Napi::CallbackInfo& info) {
  const auto size = static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
  Result<FileView> view = FileView::of(info[0].As<Napi::Number>().Int32Value(), size);
  if (!view) throw errorFrom(info.Env(), view.error());
  auto held = std::make_unique<FileView>(std::move(*view));
  // For reading only, which JavaScript has no word for.
  auto* const bytes = const_cast<uint8_t*>(held->bytes().data());
  const auto buffer =
      Napi::ArrayBuffer::New(info.Env(), bytes, size, [](Napi::Env, void*, FileView* own) { delete own; }, held.get());
  std::ignore = held.release();
  return buffer;
}

}  // namespace netplumb
