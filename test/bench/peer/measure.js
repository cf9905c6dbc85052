// Writes one line for bench.result, as COPY reads it: measurement, contender, median milliseconds, answer.
'use strict';

// `job` is what is timed, `describe` makes its answer one text. One more run warms up, unless only one is asked for.
async function measure(measurement, contender, { runs, reset = () => {}, job, describe }) {
  const times = [];
  let answer;
  for (let run = runs === 1 ? 1 : 0; run <= runs; run += 1) {
    await reset();
    const begun = process.hrtime.bigint();
    const result = await job();
    if (run > 0) times.push(Number(process.hrtime.bigint() - begun) / 1e6);
    answer = answer || describe(result);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor((times.length - 1) / 2)];
  process.stdout.write([measurement, contender, median.toFixed(4), answer].join('\t') + '\n');
}

module.exports = { measure };
