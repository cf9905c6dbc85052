// Exponential and logarithm out of the four operations alone. Those are rounded one way by every processor, while the exp() and
// log() of two C libraries, even of one on two processors, differ in the last bit: what must have the same bits everywhere uses
// these. The build forbids fused multiply-add (-ffp-contract=off), which would round once where this rounds twice.
#pragma once

namespace vesu::portfolio {

// eˣ within 2 units in the last place; Infinity above the range of double, 0 below it.
double portable_exp(double x);

// ln x of a finite x > 0 within 2 units in the last place.
double portable_log(double x);

}  // namespace vesu::portfolio
