// How much of a portfolio lies in few places.
#pragma once

#include <cstddef>

namespace vesu::portfolio {

// Σw²/(Σw)² of weights that are finite and not negative, from 1/count to 1: the Herfindahl index. NaN if their sum is 0.
double herfindahl(const double *weights, std::size_t count);

// (H - 1/n)/(1 - 1/n), from 0 for equal weights to 1; 1 for a single weight, NaN if their sum is 0.
double concentration(const double *weights, std::size_t count);

}  // namespace vesu::portfolio
