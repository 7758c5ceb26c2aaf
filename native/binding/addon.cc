#include <napi.h>

#include "binding/convert.h"
#include "binding/engine_object.h"

namespace netplumb {

namespace {

/// `encode(request)`: the bytes that would be sent.
Napi::Value encodeRequest(const Napi::CallbackInfo& info) {
  const Request request = requestFrom(info[0]);
  return Napi::Buffer<uint8_t>::Copy(info.Env(), request.message.data(), request.message.size());
}

}  // namespace

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("Engine", EngineObject::define(env));
  exports.Set("encode", Napi::Function::New<encodeRequest>(env, "encode"));
  return exports;
}

}  // namespace netplumb

using netplumb::initialize;
NODE_API_MODULE(addon, initialize)
