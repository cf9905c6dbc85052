#include "support/csv.hpp"

#include <fstream>
#include <regex>
#include <stdexcept>

namespace vesu::test {

namespace {

// No field of these files holds a line break.
std::vector<std::string> split(const std::string &line)
{
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
            fields.back() += line[i++];
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == ',' && !quoted)
            fields.emplace_back();
        else if (line[i] != '\r')
            fields.back() += line[i];
    }
    return fields;
}

}  // namespace

std::vector<CsvRow> read_vectors(const std::string &file_name)
{
    std::ifstream file(std::string(VESU_VECTORS_DIRECTORY) + "/" + file_name);
    std::string line;
    if (!std::getline(file, line))
        throw std::runtime_error("cannot read " + file_name);

    std::vector<CsvRow> rows;
    for (int number = 2; std::getline(file, line); ++number)
        rows.push_back({number, split(line)});
    return rows;
}

const std::string &NamedRow::operator[](const std::string &column) const
{
    const auto field = fields.find(column);
    if (field == fields.end())
        throw std::runtime_error("no column " + column);
    return field->second;
}

std::vector<NamedRow> read_named_rows(const std::string &path)
{
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line))
        throw std::runtime_error("cannot read " + path);

    const std::vector<std::string> names = split(line);
    std::vector<NamedRow> rows;
    for (int number = 2; std::getline(file, line); ++number) {
        const std::vector<std::string> fields = split(line);
        if (fields.size() != names.size())
            throw std::runtime_error(path + " has a line of another length: " + line);
        rows.push_back({number, {}});
        for (std::size_t i = 0; i < names.size(); ++i)
            rows.back().fields[names[i]] = fields[i];
    }
    return rows;
}

std::vector<NamedRow> read_named_vectors(const std::string &file_name)
{
    return read_named_rows(std::string(VESU_VECTORS_DIRECTORY) + "/" + file_name);
}

std::map<std::string, std::string> read_members(const std::string &json)
{
    static const std::regex member(R"re("(\w+)"\s*:\s*(?:"([^"]*)"|([\w.+-]+)))re");
    std::map<std::string, std::string> members;
    for (std::sregex_iterator match(json.begin(), json.end(), member), end; match != end; ++match)
        members[(*match)[1]] = (*match)[2].matched ? (*match)[2] : (*match)[3];
    return members;
}

}  // namespace vesu::test
