#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/tools/scratch_folder.h"

namespace kalends {

struct Ended {
  int status = -1;  // The exit status; 1000 and the signal where it was killed.
  std::string out;
  std::string error;
};

// A program that was started, with its standard streams in files of `folder`.
class ChildProcess {
 public:
  ChildProcess(const ScratchFolder& folder, const std::string& program, const std::vector<std::string>& arguments,
               const std::string& input)
      : out_(folder / "stdout"), error_(folder / "stderr") {
    const std::string input_file = folder.Write("stdin", input);
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    process_ = ::fork();
    if (process_ != 0) return;
    Redirect(input_file, O_RDONLY, STDIN_FILENO);
    Redirect(out_, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    Redirect(error_, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t process() const { return process_; }
  std::string out_so_far() const { return ReadFile(out_); }

  Ended Wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status), ReadFile(out_), ReadFile(error_)};
  }

 private:
  static void Redirect(const std::string& path, int flags, int descriptor) {
    const int file = ::open(path.c_str(), flags, 0666);
    if (file < 0) ::_exit(126);
    ::dup2(file, descriptor);
    ::close(file);
  }

  std::string out_;
  std::string error_;
  pid_t process_ = -1;
};

}  // namespace kalends
