#include "binding/convert.h"
#include "binding/process.h"
#include "process/file_lock.h"
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

}  // namespace netplumb
