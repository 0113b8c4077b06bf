/** How a SunSpec point lies in registers (Device Information Model Specification 1.1, section 4.2); `n` for strings. */
type PointType =
  | 'int16'
  | 'uint16'
  | 'enum16'
  | 'sunssf'
  | 'uint32'
  | 'acc32'
  | 'acc64'
  | 'bitfield32'
  | 'pad'
  | number;
type Point = readonly [name: string, type: PointType];

interface Model {
  readonly id: number;
  readonly points: readonly Point[];
}

const each = (type: PointType, ...names: string[]): Point[] => names.map((name) => [name, type]);

/** The models that a plant has, with all their points in order, as the SunSpec Alliance publishes them. */
export const models = {
  common: {
    id: 1,
    points: [['Mn', 16], ['Md', 16], ['Opt', 8], ['Vr', 8], ['SN', 16], ...each('uint16', 'DA'), ['Pad', 'pad']],
  },
  status: {
    id: 122,
    points: [
      ...each('uint16', 'PVConn', 'StorConn', 'ECPConn'),
      ...each('acc64', 'ActWh', 'ActVAh', 'ActVArhQ1', 'ActVArhQ2', 'ActVArhQ3', 'ActVArhQ4'),
      ...each('int16', 'VArAval'),
      ...each('sunssf', 'VArAval_SF'),
      ...each('uint16', 'WAval'),
      ...each('sunssf', 'WAval_SF'),
      ...each('bitfield32', 'StSetLimMsk', 'StActCtl'),
      ['TmSrc', 4],
      ['Tms', 'uint32'],
      ...each('uint16', 'RtSt', 'Ris'),
      ...each('sunssf', 'Ris_SF'),
    ],
  },
  inverter: {
    id: 103,
    points: [
      ...each('uint16', 'A', 'AphA', 'AphB', 'AphC'),
      ...each('sunssf', 'A_SF'),
      ...each('uint16', 'PPVphAB', 'PPVphBC', 'PPVphCA', 'PhVphA', 'PhVphB', 'PhVphC'),
      ...each('sunssf', 'V_SF'),
      ['W', 'int16'],
      ['W_SF', 'sunssf'],
      ['Hz', 'uint16'],
      ['Hz_SF', 'sunssf'],
      ['VA', 'int16'],
      ['VA_SF', 'sunssf'],
      ['VAr', 'int16'],
      ['VAr_SF', 'sunssf'],
      ['PF', 'int16'],
      ['PF_SF', 'sunssf'],
      ['WH', 'acc32'],
      ['WH_SF', 'sunssf'],
      ['DCA', 'uint16'],
      ['DCA_SF', 'sunssf'],
      ['DCV', 'uint16'],
      ['DCV_SF', 'sunssf'],
      ['DCW', 'int16'],
      ['DCW_SF', 'sunssf'],
      ...each('int16', 'TmpCab', 'TmpSnk', 'TmpTrns', 'TmpOt'),
      ['Tmp_SF', 'sunssf'],
      ...each('enum16', 'St', 'StVnd'),
      ...each('bitfield32', 'Evt1', 'Evt2', 'EvtVnd1', 'EvtVnd2', 'EvtVnd3', 'EvtVnd4'),
    ],
  },
  storage: {
    id: 124,
    points: [
      ...each(
        'uint16',
        'WChaMax',
        'WChaGra',
        'WDisChaGra',
        'StorCtl_Mod',
        'VAChaMax',
        'MinRsvPct',
        'ChaState',
        'StorAval',
      ),
      ['InBatV', 'uint16'],
      ['ChaSt', 'enum16'],
      ...each('int16', 'OutWRte', 'InWRte'),
      ...each('uint16', 'InOutWRte_WinTms', 'InOutWRte_RvrtTms', 'InOutWRte_RmpTms'),
      ['ChaGriSet', 'enum16'],
      ...each('sunssf', 'WChaMax_SF', 'WChaDisChaGra_SF', 'VAChaMax_SF', 'MinRsvPct_SF', 'ChaState_SF', 'StorAval_SF'),
      ...each('sunssf', 'InBatV_SF', 'InOutWRte_SF'),
    ],
  },
  irradiance: { id: 302, points: each('uint16', 'GHI', 'POAI', 'DFI', 'DNI', 'OTI') },
  weather: {
    id: 307,
    points: [
      ...each('int16', 'TmpAmb', 'RH', 'Pres', 'WndSpd', 'WndDir', 'Rain', 'Snw', 'PPT', 'ElecFld', 'SurWet'),
      ['SoilWet', 'int16'],
    ],
  },
} as const satisfies Record<string, Model>;

export type ModelName = keyof typeof models;

/** A map begins with "SunS" here. */
export const MAP_BASE = 40_000;

/** Registers of SunSpec models, one after another, as a server holds them. */
export interface SunspecMap {
  /** First register of a point; undefined when the map has no such model or the model no such point. */
  addressOf(model: ModelName, point: string): number | undefined;
  /** Sets a point; null and anything that does not fit is written as "not implemented". */
  set(model: ModelName, point: string, value: number | string | null): void;
  /** A point of one register, as a signed number. */
  int16(model: ModelName, point: string): number;
  /** Two bytes for each register; null when one of them is not in the map. */
  read(address: number, count: number): Uint8Array | null;
}

/** A map of these models in this order. Every point is "not implemented" until it is set. */
export function createSunspecMap(names: readonly ModelName[]): SunspecMap {
  const places = new Map<string, { at: number; type: PointType }>();
  const headers: [at: number, id: number, length: number][] = [];
  let next = 2;
  for (const name of names) {
    const { id, points }: Model = models[name];
    const start = next;
    next += 2;
    for (const [point, type] of points) {
      places.set(`${name}.${point}`, { at: next, type });
      next += registersOf(type);
    }
    headers.push([start, id, next - start - 2]);
  }
  const bytes = new Uint8Array((next + 2) * 2);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from('SunS', 'latin1'));
  for (const [at, id, length] of headers) {
    view.setUint16(at * 2, id);
    view.setUint16(at * 2 + 2, length);
  }
  view.setUint16(next * 2, 0xffff);

  const set: SunspecMap['set'] = (model, point, value) => {
    const place = places.get(`${model}.${point}`);
    if (place !== undefined) putPoint(view, place.at * 2, place.type, value);
  };
  for (const name of names) for (const [point] of models[name].points) set(name, point, null);

  return {
    set,
    addressOf(model, point) {
      const place = places.get(`${model}.${point}`);
      return place && MAP_BASE + place.at;
    },
    int16: (model, point) => view.getInt16((places.get(`${model}.${point}`)?.at ?? 0) * 2),
    read(address, count) {
      const from = (address - MAP_BASE) * 2;
      const to = from + count * 2;
      return from >= 0 && to <= bytes.length ? bytes.slice(from, to) : null;
    },
  };
}

function registersOf(type: PointType): number {
  if (typeof type === 'number') return type;
  if (type === 'acc64') return 4;
  return type === 'uint32' || type === 'acc32' || type === 'bitfield32' ? 2 : 1;
}

function putPoint(view: DataView, at: number, type: PointType, value: number | string | null): void {
  if (typeof type === 'number') {
    const field = new Uint8Array(view.buffer, view.byteOffset + at, type * 2);
    field.fill(0);
    field.set(Buffer.from(String(value ?? ''), 'latin1').subarray(0, type * 2));
    return;
  }
  writers[type](view, at, typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : undefined);
}

type Writer = (view: DataView, at: number, value: number | undefined) => void;

const uint16: Writer = (view, at, value) => view.setUint16(at, within(value, 0, 0xfffe) ?? 0xffff);
const uint32: Writer = (view, at, value) => view.setUint32(at, within(value, 0, 0xfffffffe) ?? 0xffffffff);

/** What is undefined or out of range becomes the type's "not implemented"; accumulators begin at 0 and wrap. */
const writers: Readonly<Record<Exclude<PointType, number>, Writer>> = {
  int16: (view, at, value) => view.setInt16(at, within(value, -0x7fff, 0x7fff) ?? -0x8000),
  sunssf: (view, at, value) => view.setInt16(at, within(value, -10, 10) ?? -0x8000),
  pad: (view, at) => view.setUint16(at, 0x8000),
  uint16,
  enum16: uint16,
  acc32: (view, at, value) => view.setUint32(at, (value ?? 0) % 2 ** 32),
  acc64: (view, at, value) => view.setBigUint64(at, BigInt(value ?? 0)),
  uint32,
  bitfield32: uint32,
};

function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined;
}
