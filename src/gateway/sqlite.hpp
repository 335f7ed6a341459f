#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace breakwater::sqlite {

/// What the library says went wrong, as the end of a sentence.
template <class T>
using Outcome = std::expected<T, std::string>;

/// One statement, prepared once and run often. Not to outlive its database. Texts that it is given are borrowed until
/// the next `reset`.
class Statement {
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* statement) noexcept : statement_(statement) {}

    /// Parameters from 1 on.
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, std::int64_t number);
    /// True while there is a row to read.
    Outcome<bool> step();
    /// Columns from 0 on; texts are valid until the next step.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::int64_t number(int column) const;
    void reset() noexcept;

private:
    struct End {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, End> statement_{};
};

/// One open file. For one thread at a time.
class Database {
public:
    /// Makes the file, readable by its owner alone, when there is none.
    static Outcome<Database> open(const std::string& path);

    Outcome<void> run(const char* sql);
    Outcome<Statement> prepare(const char* sql);
    [[nodiscard]] std::string fault() const;

private:
    struct End {
        void operator()(sqlite3* database) const noexcept;
    };
    std::unique_ptr<sqlite3, End> database_{};
};

}  // namespace breakwater::sqlite
