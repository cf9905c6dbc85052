// The rows "property: …" of lending_cases.csv, at the strength of the contract: exact where the row allows 1e-6.
#pragma once

#include <vector>

namespace vesu::lending {

struct Property {
    const char *name;  // as in the file, after "property: "
    void (*check)();   // fails the running test
};

std::vector<Property> supply_properties();
std::vector<Property> borrowing_properties();
std::vector<Property> withdrawal_properties();
std::vector<Property> liquidation_properties();

std::vector<Property> properties();  // all of them

}  // namespace vesu::lending
