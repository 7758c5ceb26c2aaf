#include "binding/convert.h"
#include "engine/messages.h"
#include "netlink/codec.h"

namespace netplumb {

Napi::Value valueTo(Napi::Env env, const Value& value) {
  if (const auto* flag = value.get<bool>()) return Napi::Boolean::New(env, *flag);
  if (const auto* number = value.get<int64_t>()) return Napi::Number::New(env, static_cast<double>(*number));
  if (const auto* wide = value.get<uint64_t>()) return Napi::BigInt::New(env, *wide);
  if (const auto* text = value.get<std::string>()) return Napi::String::New(env, *text);
  if (const auto* bytes = value.get<Bytes>()) return Napi::Buffer<uint8_t>::Copy(env, bytes->data(), bytes->size());
  if (const auto* list = value.get<Value::List>()) {
    return arrayOf(env, *list, [env](const Value& item) { return valueTo(env, item); });
  }
  Napi::Object object = Napi::Object::New(env);
  for (const Member& member : *value.get<Value::Object>()) object.Set(member.name, valueTo(env, member.value));
  return object;
}

Napi::Value errorTo(Napi::Env env, const Error& error) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("errno", error.number);
  object.Set("operation", error.operation);
  object.Set("message", error.message);
  object.Set("attribute", error.attribute);
  object.Set("object", error.object);
  return object;
}

Napi::Value errorTo(Napi::Env env, const std::optional<Error>& error) {
  return error ? errorTo(env, *error) : env.Null();
}

Napi::Value payloadTo(Napi::Env env, const MessageType& type, std::span<const uint8_t> payload) {
  auto value = decode(*type.body, payload);
  if (!value) {
    value.error().operation = type.name;
    throw errorFrom(env, value.error());
  }
  return valueTo(env, *value);
}

Napi::Value answerTo(Napi::Env env, const MessageType& type, const Answer& answer) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("error", errorTo(env, answer.error));
  object.Set("body", answer.payload.empty() ? env.Null() : payloadTo(env, type, answer.payload));
  return object;
}

Napi::Value outcomeTo(Napi::Env env, const PlanOutcome& outcome) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("error", errorTo(env, outcome.error));
  object.Set("failedStep", outcome.failedStep);
  object.Set("leftovers", arrayOf(env, outcome.leftovers, [env](const Error& error) { return errorTo(env, error); }));
  object.Set("cookie", Napi::BigInt::New(env, outcome.cookie));
  Napi::Object times = Napi::Object::New(env);
  for (const StepTime& time : outcome.times) times.Set(time.name, time.microseconds);
  object.Set("times", times);
  return object;
}

Napi::Value notificationsTo(Napi::Env env, const Notifications& news) {
  Napi::Array messages = Napi::Array::New(env);
  for (const Notifications::Message& message : news.messages) {
    const MessageType* type = knownMessage(message.type);
    if (type == nullptr) continue;
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("type", message.type);
    entry.Set("body", payloadTo(env, *type, message.payload));
    messages.Set(messages.Length(), entry);
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("messages", messages);
  object.Set("lost", news.lost);
  object.Set("error", errorTo(env, news.ended));
  return object;
}

Napi::Error errorFrom(Napi::Env env, const Error& error) {
  Napi::Error thrown = Napi::Error::New(env, error.message.empty() ? error.operation : error.message);
  thrown.Value().Set("kernel", errorTo(env, error));
  return thrown;
}

}  // namespace netplumb
