#include "lending/properties.hpp"

namespace vesu::lending {

std::vector<Property> properties()
{
    std::vector<Property> all;
    for (const auto &group : {supply_properties(), borrowing_properties(), withdrawal_properties(),
                              liquidation_properties()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

}  // namespace vesu::lending
