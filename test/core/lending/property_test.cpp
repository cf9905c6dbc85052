#include "lending/properties.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace vesu::lending {

namespace {

class Lending : public testing::TestWithParam<Property> {};

std::string name_of(const testing::TestParamInfo<Property> &info)
{
    std::string name = info.param.name;
    for (char &letter : name)
        if (std::isalnum(static_cast<unsigned char>(letter)) == 0)
            letter = '_';
    return name;
}

TEST_P(Lending, property)
{
    GetParam().check();
}

INSTANTIATE_TEST_SUITE_P(Property, Lending, testing::ValuesIn(properties()), name_of);

}  // namespace

}  // namespace vesu::lending
