#pragma once

#include <array>
#include <string_view>

// The vocabulary of the generator, most frequent first, and its sentences. In a sentence $n is a noun, $s nouns, $v a
// verb, $a an adjective, $d an adverb, $i an identifier, $p a path, $k a number, $m a duration, $h a hexadecimal
// number, $e a noun of failure.
namespace kalends {

inline constexpr std::array<std::string_view, 48> kSentences = {
    "The $n is $a, so the $n has to $v before the $n can $v.",
    "I looked at $p and the $n does not $v when the $n is $a.",
    "Can you $v the $n in $p so that it will $v the $a $n?",
    "It fails with an $e in $i after $m, and the $n is never $a again.",
    "Let me $v $i first; the $a $n should $v once the $n is gone.",
    "We $d $v the $n, because a $a $n would $v every $n in the $n.",
    "There are $k $s in the $n, and $k of them are $a.",
    "The test for $i passes now, but the $n in $p is still $a.",
    "Please $v the $n and $v the $n; the $a one can stay.",
    "On my machine the $n takes $m, on the server $d more than $m.",
    "The $e says that the $n at $h is $a, which cannot be right.",
    "Why does $i $v the $n twice when only one $n is $a?",
    "I changed $i to $v the $n $d, and the $n dropped from $m to $m.",
    "Both the $n and the $n are $a, so neither will $v.",
    "If the $n is $a then $i must $v it, or the $n will $v.",
    "That is $a: the $n was $a since commit $h.",
    "The $a $n of the $n belongs to $p, not to the $n.",
    "Here is what I found. The $n $d holds a $n for each $n.",
    "Next I will $v the $n, then $v the tests and $v the $n.",
    "Running the $n again gives $k of $k, with one $e in $i.",
    "You are right, the $n should $v only a $a $n.",
    "Without the $n there is no way to $v a $n from the $n.",
    "The $n grows by $k a day, and after $m the $n is $a.",
    "Do we need the $a $n at all, or can $i $v it?",
    "A $a $n is better than a $n that nobody can $v.",
    "The new $n reads $p, checks the $n and $d returns a $a $n.",
    "This $n was meant to $v the $n, yet it will $v the $n instead.",
    "I have added a $n that will $v $i with a $a $n.",
    "When the $n and the $n disagree, the $a one wins.",
    "Then the $n waits for the $n, and the $n waits for $i.",
    "It works for $k $s but not for $k.",
    "Every $n in $p has a $a $n, except the one at line $k.",
    "Thank you, that did it. The $n is $a now.",
    "No, keep the $n as it is and $v the $a $n.",
    "The $n of the $n is the $a part; the rest is easy.",
    "Our users $v the $n about $k times a minute.",
    "What happens to the $n when someone will $v the $n meanwhile?",
    "To $v this I would split $i into a $n and a $n.",
    "I am not sure that a $n can be $a here.",
    "The log shows a $e, $k retries and then a $a $n.",
    "Compared with the old $n, this one is $a and $d smaller.",
    "$i returns $k, although the $n says $k.",
    "Could the $n be $a because the $n did not $v?",
    "Done: $p has the $n, and $i is covered by a $n.",
    "After $m the $n will $v by itself, so there is nothing to $v.",
    "The caller of $i expects the $n to be $a, and so does $i.",
    "Half of the $n is spent in $i; a $a $n would save $m.",
    "I would rather $v one $n well than $v $k of them $d.",
};

inline constexpr std::array<std::string_view, 248> kNouns = {
    "file",       "test",        "request",    "function",    "server",     "query",        "value",
    "message",    "session",     "list",       "table",       "user",       "cache",        "index",
    "build",      "branch",      "change",     "result",      "key",        "row",          "field",
    "record",     "page",        "client",     "response",    "header",     "token",        "job",
    "queue",      "thread",      "lock",       "buffer",      "stream",     "socket",       "process",
    "module",     "package",     "version",    "release",     "commit",     "review",       "comment",
    "ticket",     "feature",     "option",     "setting",     "default",    "schema",       "migration",
    "column",     "document",    "collection", "partition",   "segment",    "block",        "page size",
    "log",        "metric",      "counter",    "timer",       "alert",      "dashboard",    "report",
    "chart",      "filter",      "sort",       "join",        "group",      "window",       "batch",
    "import",     "export",      "backup",     "snapshot",    "checkpoint", "replica",      "leader",
    "follower",   "node",        "cluster",    "shard",       "region",     "network",      "proxy",
    "gateway",    "router",      "balancer",   "certificate", "password",   "secret",       "role",
    "permission", "policy",      "rule",       "event",       "handler",    "callback",     "promise",
    "future",     "task",        "worker",     "scheduler",   "pipeline",   "stage",        "step",
    "script",     "command",     "argument",   "flag",        "parameter",  "variable",     "constant",
    "type",       "class",       "struct",     "interface",   "method",     "property",     "object",
    "array",      "string",      "number",     "date",        "time zone",  "month",        "offset",
    "range",      "limit",       "bound",      "threshold",   "retry",      "fallback",     "exit code",
    "stack",      "frame",       "pointer",    "reference",   "copy",       "allocation",   "arena",
    "leak",       "owner",       "lifetime",   "scope",       "closure",    "template",     "macro",
    "compiler",   "linker",      "parser",     "lexer",       "grammar",    "token stream", "syntax tree",
    "pass",       "optimizer",   "runtime",    "kernel",      "driver",     "device",       "disk",
    "page cache", "file system", "directory",  "path",        "link",       "archive",      "checksum",
    "hash",       "digest",      "signature",  "encoder",     "decoder",    "codec",        "dictionary",
    "prefix",     "suffix",      "pattern",    "expression",  "operator",   "operand",      "literal",
    "comparison", "predicate",   "plan",       "estimate",    "cost",       "budget",       "invoice",
    "customer",   "order",       "product",    "price",       "discount",   "account",      "balance",
    "payment",    "refund",      "address",    "profile",     "avatar",     "form",         "button",
    "menu",       "dialog",      "layout",     "style",       "theme",      "icon",         "image",
    "font",       "color",       "animation",  "transition",  "shortcut",   "screen",       "browser",
    "tab",        "cookie",      "redirect",   "link text",   "heading",    "paragraph",    "sentence",
    "word",       "letter",      "language",   "translation", "locale",     "model",        "prompt",
    "context",    "answer",      "question",   "example",     "reason",     "idea",         "approach",
    "detail",     "problem",     "mistake",    "fix",         "workaround", "benchmark",    "profile run",
    "sample",     "baseline",    "outlier",
};

inline constexpr std::array<std::string_view, 112> kVerbs = {
    "read",    "write",    "check",   "add",     "remove",  "update",    "change",    "fix",      "run",
    "test",    "build",    "find",    "open",    "close",   "load",      "store",     "move",     "copy",
    "merge",   "split",    "parse",   "print",   "send",    "receive",   "start",     "stop",     "retry",
    "cancel",  "skip",     "keep",    "drop",    "replace", "rename",    "return",    "call",     "wait for",
    "create",  "delete",   "insert",  "fetch",   "flush",   "sync",      "seal",      "scan",     "sort",
    "filter",  "group",    "count",   "measure", "compare", "verify",    "validate",  "reject",   "accept",
    "resolve", "rebase",   "revert",  "review",  "explain", "describe",  "document",  "simplify", "extend",
    "reduce",  "limit",    "bound",   "cache",   "index",   "hash",      "encode",    "decode",   "compress",
    "encrypt", "sign",     "log",     "trace",   "profile", "debug",     "reproduce", "isolate",  "mock",
    "cover",   "allocate", "release", "lock",    "unlock",  "schedule",  "queue",     "publish",  "notify",
    "render",  "draw",     "refresh", "reload",  "connect", "listen to", "route",     "forward",  "map",
    "fold",    "visit",    "walk",    "inline",  "unroll",  "deploy",    "roll back", "migrate",  "restore",
    "attach",  "detach",   "watch",   "expire",
};

inline constexpr std::array<std::string_view, 84> kAdjectives = {
    "empty",   "new",         "old",        "wrong",     "right",     "slow",     "fast",     "large",   "small",
    "missing", "stale",       "invalid",    "valid",     "ready",     "full",     "open",     "closed",  "locked",
    "shared",  "local",       "remote",     "global",    "private",   "public",   "static",   "dynamic", "lazy",
    "eager",   "atomic",      "durable",    "temporary", "permanent", "optional", "required", "unique",  "duplicate",
    "sorted",  "random",      "first",      "last",      "next",      "previous", "current",  "final",   "partial",
    "whole",   "single",      "double",     "nested",    "flat",      "deep",     "shallow",  "simple",  "complex",
    "clean",   "dirty",       "safe",       "unsafe",    "stable",    "flaky",    "red",      "green",   "visible",
    "hidden",  "active",      "idle",       "busy",      "blocked",   "pending",  "failed",   "broken",  "correct",
    "exact",   "approximate", "compressed", "encoded",   "immutable", "mutable",  "cached",   "expired", "late",
    "early",   "late-bound",  "overdue",
};

inline constexpr std::array<std::string_view, 28> kAdverbs = {
    "always",  "never",  "often",    "sometimes", "usually", "rarely",   "already",   "still",  "slowly",  "quickly",
    "quietly", "safely", "directly", "lazily",    "twice",   "once",     "again",     "first",  "finally", "really",
    "hardly",  "almost", "exactly",  "roughly",   "clearly", "probably", "certainly", "partly",
};

inline constexpr std::array<std::string_view, 20> kFailures = {
    "error",      "error", "error",       "exception", "timeout",   "warning",      "failure",
    "error code", "crash", "deadlock",    "assertion", "exception", "overflow",     "timeout",
    "refusal",    "panic", "stack trace", "segfault",  "race",      "null pointer",
};

// Names of files and functions are made of these.
inline constexpr std::array<std::string_view, 128> kStems = {
    "get",      "set",     "parse",   "read",     "write",   "load",    "save",    "make",     "find",    "index",
    "user",     "session", "message", "token",    "cache",   "store",   "query",   "filter",   "sort",    "merge",
    "split",    "batch",   "commit",  "log",      "time",    "date",    "month",   "range",    "limit",   "page",
    "row",      "column",  "record",  "document", "field",   "value",   "key",     "hash",     "tree",    "node",
    "list",     "map",     "queue",   "stack",    "heap",    "arena",   "buffer",  "stream",   "file",    "path",
    "block",    "segment", "header",  "footer",   "frame",   "packet",  "socket",  "client",   "server",  "request",
    "response", "handler", "router",  "worker",   "thread",  "lock",    "guard",   "timer",    "clock",   "counter",
    "metric",   "gauge",   "alert",   "report",   "chart",   "table",   "view",    "model",    "schema",  "plan",
    "cost",     "price",   "order",   "cart",     "invoice", "payment", "account", "profile",  "role",    "policy",
    "rule",     "event",   "hook",    "task",     "job",     "step",    "stage",   "pipeline", "encoder", "decoder",
    "codec",    "zip",     "text",    "word",     "lexer",   "parser",  "grammar", "syntax",   "emit",    "visit",
    "fold",     "walk",    "check",   "verify",   "test",    "bench",   "mock",    "fixture",  "util",    "base",
    "core",     "main",    "init",    "config",   "option",  "flag",    "args",    "env",
};

inline constexpr std::array<std::string_view, 10> kChinese = {
    "请检查一下日志。", "这个测试失败了。",       "数据库连接超时。", "谢谢，现在可以了。", "需要更新文档。",
    "为什么这么慢？",   "我已经修复了这个问题。", "请再运行一次。",   "时区设置不对。",     "文件格式有误。",
};

}  // namespace kalends
