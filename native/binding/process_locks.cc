#include "binding/convert.h"
#include "binding/process.h"
#include "process/file_lock.h"

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

}  // namespace netplumb
