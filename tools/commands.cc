#include <array>

#include "tools/command.h"

// The list of commands with what `kalends help` says about them.
namespace kalends {
namespace {

constexpr std::array kCommands = {
    CommandEntry{"create", "make a collection (and the database)",
                 "  kalends create chat.db messages --preset messages\n"
                 "  kalends create notes.db notes --plain\n"
                 "  kalends create shop.db orders --spec orders.json\n",
                 MakeCreateCommand},
    CommandEntry{"collections", "list the collections", "  kalends collections chat.db\n", MakeCollectionsCommand},
    CommandEntry{"spec", "show or change what a collection is",
                 "  kalends spec chat.db messages\n"
                 "  echo '{\"months_ahead\": 1}' | kalends spec chat.db messages --set - --dry-run\n",
                 MakeSpecCommand},
    CommandEntry{"fields", "list the fields of the documents: types, share, extremes, different values",
                 "  kalends fields chat.db messages\n"
                 "  kalends fields chat.db messages --output csv > fields.csv\n",
                 MakeFieldsCommand},
    CommandEntry{"import", "read documents from files, folders or standard input",
                 "  kalends import chat.db messages export.ndjson.gz\n"
                 "  kalends import chat.db messages logs/ --preset messages --on-error skip --errors refused.ndjson\n"
                 "  kalends import shop.db orders orders.csv --input csv --time-field ordered_at --id-field order\n"
                 "  zstd -dc events.zst | kalends import events.db events -\n",
                 MakeImportCommand},
    CommandEntry{"insert", "store a document, or an array of documents, in one step",
                 "  kalends insert chat.db messages '{\"uuid\": \"a1\", \"timestamp\": \"2025-03-01T12:00:00Z\"}'\n"
                 "  kalends insert chat.db messages @message.json\n",
                 MakeInsertCommand},
    CommandEntry{"get", "print the document with an id",
                 "  kalends get chat.db messages 7d444840-9dc0-11d1-b245-5ffdce74fad2\n"
                 "  kalends get events.db events 42\n",
                 MakeGetCommand},
    CommandEntry{"find", "print the documents that match, newest first",
                 "  kalends find chat.db messages '{\"type\": \"user\"}' --from 2025-01-31T15:00:00Z --to 2025-02-01\n"
                 "  kalends find chat.db messages --from -7d --limit 20 --output table\n"
                 "  kalends find chat.db messages --sort '{\"timestamp\": 1}' --skip 100 --limit 50 --page\n"
                 "  kalends find chat.db messages --sort '{\"costUsd\": -1}' --limit 10 --project '{\"content\": 0}'\n",
                 MakeFindCommand},
    CommandEntry{"count", "print how many documents match",
                 "  kalends count chat.db messages\n"
                 "  kalends count chat.db messages '{\"costUsd\": {\"$gt\": 0.1}}' --from 2025-06-01 --to 2025-07-01\n",
                 MakeCountCommand},
    CommandEntry{
        "search", "print the documents whose text has the words, newest first",
        "  kalends search chat.db messages 'connection timeout' --all --from -30d\n"
        "  kalends search chat.db messages '\"out of memory\" -test' --limit 20\n"
        "  kalends search chat.db messages 'deadlock* mutex' '{\"type\": \"assistant\"}' --by score --limit 10\n",
        MakeSearchCommand},
    CommandEntry{"distinct", "print the different values of a field",
                 "  kalends distinct chat.db messages model\n"
                 "  kalends distinct chat.db messages gitBranch '{\"type\": \"user\"}' --from -30d\n",
                 MakeDistinctCommand},
    CommandEntry{"explain", "answer a find, and print how",
                 "  kalends explain chat.db messages '{\"type\": \"user\"}' --from -30d\n", MakeExplainCommand},
    CommandEntry{"update", "change the newest document that matches, or all",
                 "  kalends update chat.db messages '{\"uuid\": \"a1\"}' '{\"$set\": {\"gitBranch\": \"main\"}}'\n"
                 "  kalends update chat.db messages '{\"type\": \"draft\"}' '{\"$unset\": {\"costUsd\": 1}}' --many\n",
                 MakeUpdateCommand},
    CommandEntry{"delete", "delete the newest document that matches, or all",
                 "  kalends delete chat.db messages '{\"uuid\": \"a1\"}'\n"
                 "  kalends delete chat.db messages '{\"sessionId\": \"s1\"}' --many\n",
                 MakeDeleteCommand},
    CommandEntry{"drop", "drop a month, or a whole collection",
                 "  kalends drop chat.db messages 2024-01 --dry-run\n"
                 "  kalends drop chat.db messages --yes\n",
                 MakeDropCommand},
    CommandEntry{"stats", "print sizes and counts, month by month",
                 "  kalends stats chat.db\n"
                 "  kalends stats chat.db messages --output table\n",
                 MakeStatsCommand},
    CommandEntry{"export", "print all documents that match, oldest first",
                 "  kalends export chat.db messages > messages.ndjson\n"
                 "  kalends export chat.db messages '{\"type\": \"user\"}' --from 2025-01-01 | zstd > january.zst\n",
                 MakeExportCommand},
    CommandEntry{"verify", "check the database",
                 "  kalends verify chat.db --deep\n"
                 "  kalends verify chat.db --cut-log\n",
                 MakeVerifyCommand},
    CommandEntry{"migrate", "build what is derived from the documents anew, such as an index that was added later",
                 "  kalends migrate chat.db messages --rebuild index --from 2025-01-01 --dry-run\n"
                 "  kalends migrate chat.db --rebuild index\n",
                 MakeMigrateCommand},
    CommandEntry{"compact", "give back the space of deleted documents, and leave nothing of them in any file",
                 "  kalends compact chat.db\n"
                 "  kalends compact chat.db messages\n",
                 MakeCompactCommand},
};

}  // namespace

std::span<const CommandEntry> AllCommands() { return kCommands; }

}  // namespace kalends
