import type { ModbusAnswer, ModbusRequest } from '../../../adapters/connectors/modbus/modbus-codec.ts';
import type { Row } from '../readers/series.ts';
import { type BatteryOrders, type BatteryStep, batteryPlant, conditionNumbers, stepBattery } from './battery.ts';
import { pvPlant, pvPower } from './pv-power.ts';
import { createSunspecMap, type ModelName, type SunspecMap } from './sunspec-map.ts';

/** SunSpec's time begins here: seconds since 2000-01-01 UTC. */
export const sunspecEpochMs = Date.UTC(2000, 0, 1);

/** Clock, inverter, battery and weather station of a plant, as one SunSpec map. */
export interface PlantEquipment {
  readonly map: SunspecMap;
  /** Goes on to a row: everything changes at once. `hours` is how long the row before it lasted. */
  step(row: Row, timeMs: number, hours: number): BatteryStep;
  answer(request: ModbusRequest): ModbusAnswer;
}

const percentFactor = -2;
const startOrders: BatteryOrders = { mode: 1, chargePercent: 0, dischargePercent: 100, reservePercent: 10 };

/** Points of the storage model that may be written, and between which raw values. */
const writable: Readonly<Record<string, readonly [number, number]>> = {
  StorCtl_Mod: [0, 3],
  OutWRte: [0, 10_000],
  InWRte: [0, 10_000],
  MinRsvPct: [0, 10_000],
};

/** Equipment with a weather station of its own, or without one when that publishes elsewhere. */
export function createPlantEquipment(withWeather: boolean): PlantEquipment {
  const always: ModelName[] = ['common', 'status', 'inverter', 'storage'];
  const map = createSunspecMap(withWeather ? [...always, 'irradiance', 'weather'] : always);
  const writableAt = new Map(
    Object.entries(writable).flatMap(([point, range]) => {
      const address = map.addressOf('storage', point);
      return address === undefined ? [] : [[address, { point, range }] as const];
    }),
  );
  let energyWh = (batteryPlant.capacityWh * batteryPlant.startPercent) / 100;
  let producedWh = 0;
  setConstants(map);

  const step: PlantEquipment['step'] = (row, timeMs, hours) => {
    const pv = pvPower(row.ghi ?? 0, row.temperatureC ?? 25);
    const battery = stepBattery(energyWh, ordersOf(map), pv.acW, hours);
    energyWh = battery.energyWh;
    producedWh += pv.acW * hours;
    map.set('status', 'Tms', Math.round((timeMs - sunspecEpochMs) / 1000));
    map.set('status', 'ActWh', producedWh);
    setInverter(map, row.ghi === null ? null : pv, producedWh);
    map.set('storage', 'ChaState', (energyWh / batteryPlant.capacityWh) * 10_000);
    map.set('storage', 'ChaSt', conditionNumbers[battery.condition]);
    setWeather(map, row);
    return battery;
  };

  const write = (address: number, raw: number): number => {
    const place = writableAt.get(address);
    if (place === undefined) return 2;
    const value = (raw << 16) >> 16;
    if (value < place.range[0] || value > place.range[1]) return 3;
    map.set('storage', place.point, value);
    return 0;
  };

  const answer: PlantEquipment['answer'] = (request) => {
    switch (request.fn) {
      case 3: {
        const bytes = map.read(request.address, request.count);
        return bytes === null ? { kind: 'exception', code: 2 } : { kind: 'registers', bytes };
      }
      case 6:
        return written(write(request.address, request.value));
      case 16: {
        // Several registers at once are taken only when there is just one: the writable points are not neighbours in meaning.
        if (request.registers.length !== 2) return { kind: 'exception', code: 2 };
        return written(write(request.address, ((request.registers[0] ?? 0) << 8) | (request.registers[1] ?? 0)));
      }
      default:
        return { kind: 'exception', code: 1 };
    }
  };
  return { map, step, answer };
}

function written(exception: number): ModbusAnswer {
  return exception === 0 ? { kind: 'written' } : { kind: 'exception', code: exception };
}

function ordersOf(map: SunspecMap): BatteryOrders {
  const percent = (point: string) => map.int16('storage', point) * 10 ** percentFactor;
  return {
    mode: map.int16('storage', 'StorCtl_Mod'),
    chargePercent: percent('InWRte'),
    dischargePercent: percent('OutWRte'),
    reservePercent: percent('MinRsvPct'),
  };
}

function setConstants(map: SunspecMap): void {
  const constants: [ModelName, string, number | string][] = [
    ['common', 'Mn', 'Orla'],
    ['common', 'Md', 'PV irradiance example'],
    ['common', 'Vr', '1'],
    ['common', 'SN', 'example'],
    ['common', 'DA', 1],
    ['status', 'PVConn', 0b111],
    ['status', 'StorConn', 0b111],
    ['status', 'ECPConn', 1],
    ['status', 'TmSrc', 'data'],
    ['inverter', 'A_SF', -1],
    ['inverter', 'V_SF', -1],
    ['inverter', 'W_SF', 1],
    ['inverter', 'Hz', 6000],
    ['inverter', 'Hz_SF', -2],
    ['inverter', 'WH_SF', 0],
    ['inverter', 'DCW_SF', 1],
    ['inverter', 'Tmp_SF', -1],
    ['inverter', 'Evt1', 0],
    ['inverter', 'Evt2', 0],
    ['storage', 'WChaGra', 100],
    ['storage', 'WDisChaGra', 100],
    ['storage', 'WChaDisChaGra_SF', 0],
    ['storage', 'WChaMax', batteryPlant.powerW / 10],
    ['storage', 'WChaMax_SF', 1],
    ['storage', 'StorCtl_Mod', startOrders.mode],
    ['storage', 'InWRte', startOrders.chargePercent * 100],
    ['storage', 'OutWRte', startOrders.dischargePercent * 100],
    ['storage', 'MinRsvPct', startOrders.reservePercent * 100],
    ['storage', 'InOutWRte_SF', percentFactor],
    ['storage', 'MinRsvPct_SF', percentFactor],
    ['storage', 'ChaState_SF', percentFactor],
  ];
  for (const [model, point, value] of constants) map.set(model, point, value);
}

/** Phase voltage of the grid, line to neutral. */
const phaseV = 277;

function setInverter(map: SunspecMap, pv: ReturnType<typeof pvPower> | null, producedWh: number): void {
  const phaseA = pv && pv.acW / 3 / phaseV;
  map.set('inverter', 'A', phaseA && phaseA * 30);
  for (const point of ['AphA', 'AphB', 'AphC']) map.set('inverter', point, phaseA && phaseA * 10);
  for (const point of ['PhVphA', 'PhVphB', 'PhVphC']) map.set('inverter', point, phaseV * 10);
  map.set('inverter', 'W', pv && pv.acW / 10);
  map.set('inverter', 'DCW', pv && pv.dcW / 10);
  map.set('inverter', 'WH', producedWh);
  map.set('inverter', 'TmpCab', pv && pv.cellC * 10);
  // St: 2 = sleeping, 4 = tracking the maximum power point, 5 = throttled.
  map.set('inverter', 'St', pv && (pv.acW <= 0 ? 2 : pv.acW >= pvPlant.acW ? 5 : 4));
}

function setWeather(map: SunspecMap, row: Row): void {
  map.set('irradiance', 'GHI', row.ghi);
  map.set('irradiance', 'POAI', row.ghi);
  map.set('irradiance', 'DFI', row.dhi);
  map.set('irradiance', 'DNI', row.dni);
  map.set('weather', 'TmpAmb', row.temperatureC === null ? null : row.temperatureC * 10);
  map.set('weather', 'RH', row.humidity);
  map.set('weather', 'Pres', row.pressureHpa);
  map.set('weather', 'WndSpd', row.windSpeed);
}
