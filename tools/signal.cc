#include "tools/signal.h"

#include <csignal>

namespace kalends {
namespace {

// The handler may only touch lock-free state that exists before it is installed.
CancelFlag interrupted;

void OnSignal(int) { interrupted.Cancel(); }

}  // namespace

CancelFlag& Interrupted() { return interrupted; }

void InstallSignalHandlers() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // No SA_RESTART: a read that waits for input returns.
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

}  // namespace kalends
