// Every way in which a calculation can end.
#pragma once

namespace vesu {

// The versions of clang-format disagree about the space before the brace.
// clang-format off
enum class [[nodiscard]] Status {
    // clang-format on
    ok,
    undefined,  // the question has no answer, as a health factor without debt: SQL NULL
    infinite,   // the answer is above every number: SQL Infinity
    division_by_zero,
    out_of_range,  // the result does not fit its type
};

}  // namespace vesu
