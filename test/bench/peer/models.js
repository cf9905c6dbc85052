// The Sequelize models of a lending back end, with the methods that the benchmark asks, written as their documentation
// and Sequelize's own have it: rows are loaded, sums are made in JavaScript numbers.
'use strict';
const { Sequelize, DataTypes, Op } = require('sequelize');

// PGHOST is the directory of the server's socket.
const sequelize = new Sequelize(process.env.PGDATABASE, process.env.PGUSER, null, {
  dialect: 'postgres',
  host: process.env.PGHOST,
  port: Number(process.env.PGPORT),
  logging: false,
});

const options = { underscored: true, paranoid: true, timestamps: true };
// Made anew each time: Sequelize writes the column's name into them.
const amount = () => ({ type: DataTypes.DECIMAL(36, 18), allowNull: false, defaultValue: 0 });
const id = () => ({ type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 });

const AssetPrice = sequelize.define('AssetPrice', {
  asset: { type: DataTypes.STRING(20), primaryKey: true },
  price: DataTypes.DECIMAL(36, 18),
  observed_at: DataTypes.DATE,
}, { schema: 'vesu', tableName: 'vesu_asset_prices', timestamps: false });

const VesuPool = sequelize.define('VesuPool', {
  id: id(),
  pool_address: DataTypes.STRING(66),
  collateral_asset: DataTypes.STRING(20),
  debt_asset: DataTypes.STRING(20),
  max_ltv: DataTypes.DECIMAL(5, 4),
  liquidation_threshold: DataTypes.DECIMAL(5, 4),
  is_active: DataTypes.BOOLEAN,
}, { ...options, schema: 'vesu', tableName: 'vesu_pools' });

VesuPool.findActivePools = () => VesuPool.findAll({ where: { is_active: true } });

// `schema` tells vesu's own table from the plain copy, which has no triggers of vesu.
function positionModel(schema) {
  const VesuPosition = sequelize.define('VesuPosition', {
    id: id(),
    user_id: DataTypes.UUID,
    pool_address: DataTypes.STRING(66),
    collateral_asset: DataTypes.STRING(20),
    debt_asset: DataTypes.STRING(20),
    collateral_amount: amount(),
    debt_amount: amount(),
    vtoken_balance: amount(),
    health_factor: DataTypes.DECIMAL,
    status: DataTypes.ENUM('active', 'liquidated', 'closed'),
    last_updated: DataTypes.DATE,
  }, { ...options, schema, tableName: 'vesu_positions' });

  VesuPosition.findActivePositions = () =>
    VesuPosition.findAll({ where: { status: 'active' }, order: [['health_factor', 'ASC']] });

  VesuPosition.findLiquidatablePositions = () =>
    VesuPosition.findAll({
      where: { status: 'active', health_factor: { [Op.lt]: 1 } },
      order: [['health_factor', 'ASC']],
    });

  VesuPosition.findUserPositions = (userId, status) =>
    VesuPosition.findAll({
      where: status ? { user_id: userId, status } : { user_id: userId },
      order: [['created_at', 'DESC']],
    });
  return VesuPosition;
}

const VesuTransaction = sequelize.define('VesuTransaction', {
  id: id(),
  position_id: DataTypes.UUID,
  user_id: DataTypes.UUID,
  transaction_hash: DataTypes.STRING(66),
  type: DataTypes.ENUM('supply', 'borrow', 'repay', 'withdraw', 'liquidation'),
  asset: DataTypes.STRING(20),
  amount: amount(),
  status: DataTypes.ENUM('pending', 'confirmed', 'failed'),
  block_number: DataTypes.BIGINT,
  timestamp: DataTypes.DATE,
  gas_used: DataTypes.DECIMAL(36, 18),
  error_message: DataTypes.TEXT,
}, { ...options, schema: 'vesu', tableName: 'vesu_transactions' });

VesuTransaction.findUserTransactions = (userId, type, limit = 50) =>
  VesuTransaction.findAll({
    where: type ? { user_id: userId, type } : { user_id: userId },
    order: [['created_at', 'DESC']],
    limit,
  });

VesuTransaction.getTransactionStats = async (userId) => {
  const transactions = await VesuTransaction.findAll({ where: { user_id: userId, status: 'confirmed' } });
  const stats = { total: transactions.length, byType: {}, totalVolume: {} };
  for (const { type, asset, amount } of transactions) {
    stats.byType[type] = (stats.byType[type] || 0) + 1;
    stats.totalVolume[asset] = (stats.totalVolume[asset] || 0) + parseFloat(amount);
  }
  return stats;
};

const VesuLiquidation = sequelize.define('VesuLiquidation', {
  id: id(),
  position_id: DataTypes.UUID,
  liquidator_address: DataTypes.STRING(66),
  transaction_hash: DataTypes.STRING(66),
  collateral_seized: amount(),
  debt_repaid: amount(),
  liquidation_bonus: amount(),
  timestamp: DataTypes.DATE,
}, { ...options, schema: 'vesu', tableName: 'vesu_liquidations' });

VesuLiquidation.getLiquidatorLeaderboard = async (limit = 10) => {
  const board = new Map();
  for (const liquidation of await VesuLiquidation.findAll()) {
    const address = liquidation.liquidator_address;
    const entry = board.get(address) || { address, count: 0, totalBonus: 0, totalDebtRepaid: 0, totalCollateralSeized: 0 };
    entry.count += 1;
    entry.totalBonus += parseFloat(liquidation.liquidation_bonus);
    entry.totalDebtRepaid += parseFloat(liquidation.debt_repaid);
    entry.totalCollateralSeized += parseFloat(liquidation.collateral_seized);
    board.set(address, entry);
  }
  return [...board.values()].sort((a, b) => b.totalBonus - a.totalBonus).slice(0, limit);
};

module.exports = { sequelize, AssetPrice, VesuPool, positionModel, VesuTransaction, VesuLiquidation };
