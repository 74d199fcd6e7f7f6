#pragma once

#include "kalends/options.h"

namespace kalends {

// Makes the first Ctrl-C (or SIGTERM) set the flag of Interrupted(), so that the command can end cleanly; a second one
// ends the process at once. Writing to a closed pipe becomes an error instead of ending the process.
void InstallSignalHandlers();

// Set by Ctrl-C.
CancelFlag& Interrupted();

}  // namespace kalends
