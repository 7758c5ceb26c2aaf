#include "binding/mailbox.h"

#include <memory>
#include <utility>

namespace netplumb {

Mailbox* Mailbox::open(Napi::Env env) {
  auto owned = std::make_unique<Mailbox>();
  Mailbox* mailbox = owned.release();
  mailbox->function_ = Function::New(
      env, "netplumb", 0, 1, mailbox, [](Napi::Env, void*, Mailbox* done) { std::unique_ptr<Mailbox> end(done); },
      static_cast<void*>(nullptr));
  mailbox->function_.Unref(env);
  return mailbox;
}

void Mailbox::post(Delivery delivery) {
  bool first;
  {
    std::lock_guard lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back(std::move(delivery));
  }
  if (first) function_.NonBlockingCall();
}

void Mailbox::hold(Napi::Env env) {
  if (holds_++ == 0) function_.Ref(env);
}

void Mailbox::letGo(Napi::Env env) {
  if (--holds_ == 0) function_.Unref(env);
}

void Mailbox::close() { function_.Release(); }

void Mailbox::wake(Napi::Env env, Napi::Function, Mailbox* mailbox, void*) {
  // No environment: it is being torn down, and nobody is left to tell.
  if (env != nullptr) mailbox->deliverAll(env);
}

void Mailbox::deliverAll(Napi::Env env) {
  std::deque<Delivery> deliveries;
  {
    std::lock_guard lock(mutex_);
    deliveries.swap(waiting_);
  }
  for (Delivery& delivery : deliveries) {
    // A scope each: a thousand results must not keep all their handles until the last is delivered.
    Napi::HandleScope scope(env);
    delivery(env);
  }
}

}  // namespace netplumb
