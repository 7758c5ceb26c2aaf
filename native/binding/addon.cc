#include <napi.h>

#include "binding/convert.h"
#include "binding/engine_object.h"
#include "binding/process.h"
#include "binding/records.h"
#include "engine/messages.h"
#include "netlink/describe.h"

namespace netplumb {

namespace {

/// `encode(request)`: the bytes that would be sent.
Napi::Value encodeRequest(const Napi::CallbackInfo& info) {
  const Request request = requestFrom(info[0]);
  return Napi::Buffer<uint8_t>::Copy(info.Env(), request.message.data(), request.message.size());
}

/// `decode(type, payload)`: what the kernel's bytes say, without their struct nlmsghdr.
Napi::Value decodePayload(const Napi::CallbackInfo& info) {
  const MessageType* type = knownMessage(info[0].As<Napi::Number>().Uint32Value());
  if (type == nullptr) throw Napi::TypeError::New(info.Env(), "not a known message");
  const auto payload = info[1].As<Napi::Uint8Array>();
  return payloadTo(info.Env(), *type, {payload.Data(), payload.ByteLength()});
}

/// `describe()`: the tables by which messages are written and read.
Napi::Value describeMessages(const Napi::CallbackInfo& info) { return valueTo(info.Env(), describe(knownMessages())); }

}  // namespace

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("Engine", EngineObject::define(env));
  exports.Set("encode", Napi::Function::New<encodeRequest>(env, "encode"));
  exports.Set("decode", Napi::Function::New<decodePayload>(env, "decode"));
  exports.Set("startCommand", Napi::Function::New<startCommand>(env, "startCommand"));
  exports.Set("runTool", Napi::Function::New<runTool>(env, "runTool"));
  exports.Set("watchSignals", Napi::Function::New<watchSignals>(env, "watchSignals"));
  exports.Set("lockFile", Napi::Function::New<lockFile>(env, "lockFile"));
  exports.Set("unlockFile", Napi::Function::New<unlockFile>(env, "unlockFile"));
  exports.Set("reserveFile", Napi::Function::New<reserveFile>(env, "reserveFile"));
  exports.Set("inodeOf", Napi::Function::New<inodeOf>(env, "inodeOf"));
  exports.Set("viewFile", Napi::Function::New<viewFile>(env, "viewFile"));
  exports.Set("enterNetns", Napi::Function::New<enterNetns>(env, "enterNetns"));
  exports.Set("packJson", Napi::Function::New<packJson>(env, "packJson"));
  exports.Set("unpackJson", Napi::Function::New<unpackJson>(env, "unpackJson"));
  exports.Set("describe", Napi::Function::New<describeMessages>(env, "describe"));
  return exports;
}

}  // namespace netplumb

using netplumb::initialize;
NODE_API_MODULE(addon, initialize)
