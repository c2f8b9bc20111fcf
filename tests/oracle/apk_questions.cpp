// SPDX-License-Identifier: Apache-2.0
//
// Asks one process of real apk many questions: a library for LD_PRELOAD. apk's main() opens the
// database (which reads the indexes: all but a few milliseconds of its time) and then runs `add`.
// Here the opening happens once, and every question gets a fork of its own from there on, with its
// words in place of apk's last arguments. What apk does with them is untouched.
//
// APK_QUESTIONS names a file of questions, a line each, of as many words, divided by spaces, as
// apk has arguments to replace (each of them long enough for the words). APK_ANSWERS names a file
// that gets what apk writes, and after each question a line "= " and apk's exit status.
//
// Runs on musl, yet is built with whatever compiler there is: no headers of a libc, whose types and
// macros would be another's, and no library of the compiler.

extern "C" {
struct apk_database;
struct apk_ctx;
extern char** environ;
void* dlsym(void* library, const char* name);
char* getenv(const char* name);
int open(const char* path, int flags, ...);
long read(int file, void* bytes, unsigned long size);
long write(int file, const void* bytes, unsigned long size);
int dup2(int file, int as);
int fork();
int waitpid(int child, int* status, int options);
[[noreturn]] void _exit(int status);
int apk_db_open(apk_database* database, apk_ctx* context);
void apk_db_close(apk_database* database);
}

namespace {

constexpr int k_read_only = 0;
constexpr int k_append = 02001;  // and write only; the values are Linux's
void* const k_next = reinterpret_cast<void*>(-1L);

constexpr int k_longest = 4096;
char line[k_longest];
int answers = -1;

[[noreturn]] void give_up(int status) {
  _exit(status);
}

// A line without its end; false when there is none.
bool read_line(int file) {
  for (int i = 0; i < k_longest; ++i) {
    if (read(file, line + i, 1) != 1) return false;
    if (line[i] != '\n') continue;
    line[i] = '\0';
    return true;
  }
  give_up(81);
}

int count_words() {
  int words = 1;
  for (const char* c = line; *c != '\0'; ++c) words += *c == ' ' ? 1 : 0;
  return words;
}

// The arguments end where the environment begins, but for a null pointer.
void replace_arguments() {
  const char* from = line;
  for (char** argument = environ - 1 - count_words(); *argument != nullptr; ++argument) {
    char* to = *argument;
    for (; *from != ' ' && *from != '\0'; ++from, ++to) {
      if (*to == '\0') give_up(82);
      *to = *from;
    }
    *to = '\0';
    if (*from == ' ') ++from;
  }
}

void write_status(int status) {
  char text[] = "= 000\n";
  int code = (status & 0x7f) != 0 ? 900 + (status & 0x7f) : status >> 8;
  for (int i = 4; i > 1; --i, code /= 10) text[i] = static_cast<char>('0' + code % 10);
  if (write(answers, text, sizeof(text) - 1) != sizeof(text) - 1) give_up(83);
}

}  // namespace

// The symbols of apk itself: what is preloaded comes before libapk.
int apk_db_open(apk_database* database, apk_ctx* context) {
  auto* real = reinterpret_cast<decltype(&apk_db_open)>(dlsym(k_next, "apk_db_open"));
  if (int error = real(database, context); error != 0) return error;
  int questions = open(getenv("APK_QUESTIONS"), k_read_only);
  answers = open(getenv("APK_ANSWERS"), k_append);
  if (questions < 0 || answers < 0) give_up(84);
  while (read_line(questions)) {
    int child = fork();
    if (child < 0) give_up(85);
    if (child == 0) {
      replace_arguments();
      dup2(answers, 1);
      return 0;
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) give_up(86);
    write_status(status);
  }
  _exit(0);
}

// A process that ends need not free what it holds.
void apk_db_close(apk_database*) {}
