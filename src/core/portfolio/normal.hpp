// The standard normal distribution.
#pragma once

namespace vesu::portfolio {

// Φ⁻¹: the value below which the share `probability` of a standard normal variable lies, for 0 < probability < 1;
// -Infinity at 0, Infinity at 1, NaN outside. Relative error below 1e-15.
// Source: M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477-484.
double normal_quantile(double probability);

// φ: the density at `z`.
double normal_density(double z);

}  // namespace vesu::portfolio
