// node questions.js QUESTION...: questions of an application, put to vesu and to the Sequelize models by the same process.
// Sums are compared rounded to four decimals: the models add floating-point numbers.
'use strict';
const { QueryTypes } = require('sequelize');
const { sequelize, positionModel, VesuTransaction, VesuLiquidation } = require('./models');
const { measure } = require('./measure');

const VesuPosition = positionModel('vesu');
const select = (query, replacements) => sequelize.query(query, { replacements, type: QueryTypes.SELECT });
const ids = (rows) => rows.map(({ id }) => id).join(',');
const rounded = (value) => Number(value).toFixed(4);
const volumes = (totals) => Object.keys(totals).sort().map((key) => `${key} ${rounded(totals[key])}`).join(', ');
const counts = (totals) => Object.keys(totals).sort().map((key) => `${key} ${totals[key]}`).join(', ');

const questions = {
  positions: {
    label: 'positions of a user',
    counted: 'vesu_positions',
    vesu: (user) => select('SELECT * FROM vesu.find_user_positions(:user)', { user }),
    sequelize: (user) => VesuPosition.findUserPositions(user),
    // All were loaded at once: their order is the tie-break's.
    describe: (rows) => rows.map(({ id }) => id).sort().join(','),
  },
  history: {
    label: 'newest 50 transactions of a user',
    counted: 'vesu_transactions',
    vesu: (user) => select('SELECT * FROM vesu.find_user_transactions(:user, max_rows => 50)', { user }),
    sequelize: (user) => VesuTransaction.findUserTransactions(user, null, 50),
    describe: ids,
  },
  stats: {
    label: 'transaction stats of a user',
    counted: 'vesu_transactions',
    vesu: async (user) => {
      const [stats] = await select('SELECT total, by_type, total_volume FROM vesu.transaction_stats(:user)', { user });
      return { total: Number(stats.total), byType: stats.by_type, totalVolume: stats.total_volume };
    },
    sequelize: (user) => VesuTransaction.getTransactionStats(user),
    describe: ({ total, byType, totalVolume }) => `${total}; ${counts(byType)}; ${volumes(totalVolume)}`,
  },
  leaderboard: {
    label: 'liquidator leaderboard',
    counted: 'vesu_liquidations',
    vesu: async () => (await select('SELECT * FROM vesu.liquidator_leaderboard()')).map((row) => ({
      address: row.address, count: Number(row.count), totalBonus: row.total_bonus,
      totalDebtRepaid: row.total_debt_repaid, totalCollateralSeized: row.total_collateral_seized,
    })),
    sequelize: () => VesuLiquidation.getLiquidatorLeaderboard(),
    describe: (board) => board.map((entry) => [entry.address, entry.count, rounded(entry.totalBonus),
      rounded(entry.totalDebtRepaid), rounded(entry.totalCollateralSeized)].join(' ')).join(', '),
  },
};

(async () => {
  const [{ user }] = await select('SELECT bench.user_id(1001, 5) AS user');
  for (const name of process.argv.slice(2)) {
    const question = questions[name];
    const [{ rows }] = await select(`SELECT count(*) AS rows FROM vesu.${question.counted}`);
    const measurement = `${question.label}, ${Number(rows).toLocaleString('en-US')} ${question.counted.replace('vesu_', '')}`;
    for (const [contender, ask] of [['vesu', question.vesu], ['Sequelize', question.sequelize]])
      await measure(measurement, contender, { runs: 11, job: () => ask(user), describe: question.describe });
  }
  await sequelize.close();
})();
