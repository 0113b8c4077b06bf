/** What the battery is, and the load that it carries when the sun does not. */
export const batteryPlant = {
  capacityWh: 200_000,
  /** Most charging and discharging power: WChaMax. */
  powerW: 50_000,
  efficiency: 0.95,
  loadW: 20_000,
  /** State of charge of a plant that starts. */
  startPercent: 50,
} as const;

/** What was written to the battery: SunSpec model 124. */
export interface BatteryOrders {
  /** StorCtl_Mod: bit 0 = charge as InWRte says, bit 1 = discharge at most as OutWRte says. */
  readonly mode: number;
  /** InWRte: charging power in % of WChaMax. */
  readonly chargePercent: number;
  /** OutWRte: most discharging power in % of WChaMax. */
  readonly dischargePercent: number;
  /** MinRsvPct: charge that is kept, in %. */
  readonly reservePercent: number;
}

export interface BatteryStep {
  readonly energyWh: number;
  /** Positive while it charges. */
  readonly powerW: number;
  /** ChaSt of model 124. */
  readonly condition: 'empty' | 'discharging' | 'charging' | 'full' | 'holding';
}

/** ChaSt as model 124 numbers it. */
export const conditionNumbers = { empty: 2, discharging: 3, charging: 4, full: 5, holding: 6 } as const;

/**
 * What the battery does for `hours` with `pvW` from the sun: charges with what is ordered as far as the sun gives more
 * than the load takes, and carries the load when the sun gives less.
 */
export function stepBattery(energyWh: number, orders: BatteryOrders, pvW: number, hours: number): BatteryStep {
  const { capacityWh, powerW, efficiency, loadW } = batteryPlant;
  const surplusW = pvW - loadW;
  if (surplusW >= 0) {
    const ordered = (orders.mode & 1) === 1 ? (Math.max(0, orders.chargePercent) / 100) * powerW : 0;
    const room = (capacityWh - energyWh) / (efficiency * hours);
    const charge = Math.max(0, Math.min(ordered, surplusW, room));
    const after = Math.min(capacityWh, energyWh + charge * efficiency * hours);
    const idle = after >= capacityWh ? 'full' : 'holding';
    return { energyWh: after, powerW: charge, condition: charge > 0 ? 'charging' : idle };
  }
  const most = (orders.mode & 2) === 2 ? (Math.max(0, orders.dischargePercent) / 100) * powerW : powerW;
  const reserveWh = (orders.reservePercent / 100) * capacityWh;
  const left = Math.max(0, ((energyWh - reserveWh) * efficiency) / hours);
  const discharge = Math.max(0, Math.min(-surplusW, most, left));
  const after = Math.max(0, energyWh - (discharge * hours) / efficiency);
  const idle = energyWh <= reserveWh ? 'empty' : 'holding';
  return { energyWh: after, powerW: -discharge, condition: discharge > 0 ? 'discharging' : idle };
}
