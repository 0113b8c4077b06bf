/** What the array and its inverter are. */
export const pvPlant = {
  /** Direct current at 1000 W/m² and 25 °C. */
  dcW: 120_000,
  /** Most that the inverter gives. */
  acW: 100_000,
  /** Loss of power for each kelvin of the cells above 25 °C: crystalline silicon. */
  perKelvin: 0.0037,
  inverterEfficiency: 0.96,
} as const;

export interface PvPower {
  readonly dcW: number;
  readonly acW: number;
  readonly cellC: number;
}

/**
 * Power from irradiance and air temperature: the model of PVWatts (Dobos, NREL/TP-6A20-62641, 2014, sections 6 to 11), with
 * cells 30 K above the air in full sun (Ross, 1976). The array lies flat, so that it sees the global horizontal irradiance.
 */
export function pvPower(ghi: number, airC: number): PvPower {
  const cellC = airC + 0.03 * ghi;
  const dcW = Math.max(0, (ghi / 1000) * pvPlant.dcW * (1 - pvPlant.perKelvin * (cellC - 25)));
  return { dcW, acW: Math.min(pvPlant.acW, dcW * pvPlant.inverterEfficiency), cellC };
}
