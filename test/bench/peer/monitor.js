// node monitor.js POSITIONS LOW HIGH: the price of C1 falls from HIGH to LOW, then every liquidatable position, by the
// monitor of a Sequelize back end, and by vesu called from the same process.
'use strict';
const { createHash } = require('crypto');
const { QueryTypes } = require('sequelize');
const { sequelize, AssetPrice, VesuPool, positionModel } = require('./models');
const { measure } = require('./measure');

const [positions, low, high] = process.argv.slice(2).map(Number);
const measurement = `price tick and scan, ${positions.toLocaleString('en-US')} positions`;
const VesuPosition = positionModel('bench');

const recordPrice = (price) =>
  AssetPrice.update({ price, observed_at: new Date() }, { where: { asset: 'C1' } });

function healthFactor(position, pool, prices) {
  const collateralValue = parseFloat(position.collateral_amount) * prices.get(pool.collateral_asset);
  const debtValue = parseFloat(position.debt_amount) * prices.get(pool.debt_asset);
  return debtValue > 0 ? (collateralValue * parseFloat(pool.liquidation_threshold)) / debtValue : null;
}

async function monitor() {
  await recordPrice(low);
  const pools = new Map((await VesuPool.findActivePools()).map((pool) => [pool.pool_address, pool]));
  const prices = new Map((await AssetPrice.findAll()).map(({ asset, price }) => [asset, parseFloat(price)]));
  for (const position of await VesuPosition.findActivePositions()) {
    position.health_factor = healthFactor(position, pools.get(position.pool_address), prices);
    await position.save();
  }
  return VesuPosition.findLiquidatablePositions();
}

async function vesu() {
  await sequelize.query(`SELECT vesu.record_price('C1', :low)`, { replacements: { low }, type: QueryTypes.SELECT });
  return sequelize.query('SELECT * FROM vesu.find_liquidatable_positions()', { type: QueryTypes.SELECT });
}

// The text of bench.found_positions().
function describe(found) {
  const ids = found.map(({ id }) => id).sort().join(',');
  const sum = found.reduce((total, { health_factor }) => total + parseFloat(health_factor), 0);
  return `${found.length} positions, ${createHash('md5').update(ids).digest('hex')}, ${sum.toFixed(6)}`;
}

(async () => {
  const reset = () => recordPrice(high);
  await measure(measurement, 'vesu, called from Node', { runs: 51, reset, job: vesu, describe });
  await measure(measurement, 'Node monitor with Sequelize', { runs: 1, reset, job: monitor, describe });
  await sequelize.close();
})();
