// Reads the files of test/vectors.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace vesu::test {

struct CsvRow {
    int line;
    std::vector<std::string> fields;
};

// The rows of a file in test/vectors, without the header. Throws std::runtime_error if it cannot be read.
std::vector<CsvRow> read_vectors(const std::string &file_name);

// A row whose fields are found by the header's names.
struct NamedRow {
    int line;
    std::map<std::string, std::string> fields;

    // Throws std::runtime_error for a name that the header does not have.
    const std::string &operator[](const std::string &column) const;
};

// The rows of a file, of one in test/vectors. Throws std::runtime_error if it cannot be read or is ragged.
std::vector<NamedRow> read_named_rows(const std::string &path);
std::vector<NamedRow> read_named_vectors(const std::string &file_name);

// The members of a JSON object whose values are strings, numbers or words; others are left out.
std::map<std::string, std::string> read_members(const std::string &json);

}  // namespace vesu::test
