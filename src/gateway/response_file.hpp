#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "breakwater/config/config.hpp"
#include "response_store.hpp"
#include "sqlite.hpp"

namespace breakwater {

/// The table of kept answers in an SQLite file, within the same limits as those in memory. For one thread at a time,
/// and for one process: the file is locked while it is open.
class ResponseFile {
public:
    using Visit = std::function<void(std::string_view owner, std::string_view id, KeptResponse response)>;

    /// Makes the table where there is none, drops what is too old or too much, and calls `visit` for the rest, oldest
    /// first. Errors: what is wrong with the file and what to do, as a sentence.
    static std::expected<std::unique_ptr<ResponseFile>, std::string> open(const std::string& path,
                                                                          const config::ResponseStore& limits,
                                                                          WallTime now, const Visit& visit);

    // A group of changes is written at once. Errors: what the library says.
    sqlite::Outcome<void> begin() { return database_.run("BEGIN IMMEDIATE"); }
    sqlite::Outcome<void> put(std::string_view owner, std::string_view id, const KeptResponse& response);
    sqlite::Outcome<void> erase(std::string_view owner, std::string_view id);
    sqlite::Outcome<bool> has(std::string_view owner, std::string_view id);
    sqlite::Outcome<void> trim(const config::ResponseStore& limits, WallTime now);
    sqlite::Outcome<void> commit() { return database_.run("COMMIT"); }
    void roll_back();

private:
    explicit ResponseFile(sqlite::Database database) : database_(std::move(database)) {}
    sqlite::Outcome<void> prepare();
    sqlite::Outcome<void> count();
    sqlite::Outcome<void> read_all(const Visit& visit);
    /// Runs a statement that deletes rows and returns their bytes.
    sqlite::Outcome<std::int64_t> drop(sqlite::Statement& statement);

    sqlite::Database database_;
    sqlite::Statement insert_;
    sqlite::Statement erase_;
    sqlite::Statement has_;
    sqlite::Statement erase_first_if_old_;
    sqlite::Statement erase_first_;
    std::int64_t rows_ = 0;
    std::int64_t bytes_ = 0;
};

}  // namespace breakwater
