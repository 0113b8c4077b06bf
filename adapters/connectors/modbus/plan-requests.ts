/** A table of the Modbus data model (V1.1b3, 4.3) and the function code that reads it. */
export const readFunctions = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;
export type ModbusTable = keyof typeof readFunctions;

/** Registers or bits that belong together: they are never split over two requests. */
export interface Span {
  readonly table: ModbusTable;
  readonly address: number;
  readonly count: number;
}

/** A tag's own span, and the scale factor that its value needs. */
export interface PlanTag extends Span {
  readonly scaleFactor?: Span | undefined;
}

export interface PlanLimits {
  /** Most registers and most bits of one request. */
  readonly registers: number;
  readonly bits: number;
  /** Most registers or bits in a row that nobody asked for and that are read nevertheless. */
  readonly gap: number;
}

export interface PlannedRequest extends Span {
  /** Indexes of the tags whose own span is here. */
  readonly tags: readonly number[];
  /** Addresses of scale factors that are here, for tags that are elsewhere or here. */
  readonly scaleFactors: readonly number[];
  /** Whether the clock is read by this request too. */
  readonly withClock: boolean;
}

export interface RequestPlan {
  readonly requests: readonly PlannedRequest[];
  /** Some request is without the clock: it has to be read before and after. */
  readonly clockAround: boolean;
}

/** What has to be covered: a tag's own span, or a scale factor. */
interface Item extends Span {
  readonly tag?: number;
}

interface Group {
  readonly items: Item[];
  readonly from: number;
  readonly to: number;
  readonly withClock: boolean;
}

/**
 * The least number of requests that read all tags and scale factors. Within a run of addresses without a gap that is
 * too wide, the leftmost uncovered span has to begin a request, and the longest request from there is never worse.
 * A clock is read in as many requests as it fits into; where it does not, reading it before and after counts as two.
 */
export function planRequests(tags: readonly PlanTag[], limits: PlanLimits, clock?: Span): RequestPlan {
  const items = itemsOf(tags);
  const plain = planGroups(items, limits, clock, false);
  if (clock === undefined) return { requests: plain, clockAround: false };
  const anchored = planGroups(items, limits, clock, true);
  const cost = (requests: readonly PlannedRequest[]) =>
    requests.length + (requests.every((request) => request.withClock) ? 0 : 2);
  const requests = cost(plain) < cost(anchored) ? plain : anchored;
  return { requests, clockAround: requests.some((request) => !request.withClock) };
}

/**
 * A request that the equipment refused, in smaller ones, so that an address that it does not have costs only its own
 * tag: first half of the tags each, at last the tag alone without its clock. Empty when there is nothing left to split.
 */
export function splitRequest(
  request: PlannedRequest,
  tags: readonly PlanTag[],
  limits: PlanLimits,
  clock?: Span,
): readonly PlannedRequest[] {
  const only = request.tags.length === 1 ? (tags[request.tags[0] as number] as PlanTag) : undefined;
  if (request.tags.length === 0 || only?.count === request.count) return [];
  const half = Math.ceil(request.tags.length / 2);
  const parts = only === undefined ? [request.tags.slice(0, half), request.tags.slice(half)] : [request.tags];
  const pieces = parts.flatMap((part) => {
    const members = part.map((index) => tags[index] as PlanTag);
    const plan =
      only === undefined
        ? planRequests(members, limits, request.withClock ? clock : undefined)
        : planRequests(members, { ...limits, registers: only.count, bits: only.count });
    return plan.requests.map((piece) => ({ ...piece, tags: piece.tags.map((index) => part[index] as number) }));
  });
  const covered = new Set(pieces.flatMap((piece) => piece.scaleFactors));
  const uncovered = request.scaleFactors.filter((address) => !covered.has(address));
  return [
    ...pieces,
    ...uncovered.map((address) => ({
      table: request.table,
      address,
      count: 1,
      tags: [],
      scaleFactors: [address],
      withClock: false,
    })),
  ];
}

function itemsOf(tags: readonly PlanTag[]): Item[] {
  const factors = new Map<string, Span>();
  for (const { scaleFactor } of tags) {
    if (scaleFactor !== undefined) factors.set(`${scaleFactor.table} ${scaleFactor.address}`, scaleFactor);
  }
  return [...tags.map(({ table, address, count }, tag) => ({ table, address, count, tag })), ...factors.values()];
}

function planGroups(
  items: readonly Item[],
  limits: PlanLimits,
  clock: Span | undefined,
  anchored: boolean,
): PlannedRequest[] {
  const requests: PlannedRequest[] = [];
  for (const [table, inTable] of Map.groupBy(items, (item) => item.table)) {
    const most = table === 'coil' || table === 'discrete' ? limits.bits : limits.registers;
    const clockHere = clock?.table === table ? clock : undefined;
    for (const island of islandsOf(clockHere === undefined ? inTable : [...inTable, clockHere], limits.gap)) {
      const wanted = island.filter((item) => item !== clockHere);
      const anchor = wanted.length === island.length ? undefined : clockHere;
      for (const group of coverIsland(wanted, most, anchor, anchored)) requests.push(requestOf(table, group));
    }
  }
  return requests;
}

/** Runs of spans, by address, between which no gap is wider than allowed. */
function islandsOf(items: readonly Item[], gap: number): Item[][] {
  const islands: Item[][] = [];
  let to = Number.NEGATIVE_INFINITY;
  for (const item of items.toSorted((a, b) => a.address - b.address)) {
    if (item.address - to > gap) islands.push([]);
    (islands.at(-1) as Item[]).push(item);
    to = Math.max(to, endOf(item));
  }
  return islands;
}

function coverIsland(items: readonly Item[], most: number, anchor: Span | undefined, anchored: boolean): Group[] {
  if (anchor === undefined) return cover(items, most);
  if (anchored) {
    const near = items.filter((item) => reach(item, anchor) <= most);
    const far = items.filter((item) => reach(item, anchor) > most);
    return [...cover(near, most, anchor), ...cover(far, most)];
  }
  return cover(items, most).map((group) => {
    const from = Math.min(group.from, anchor.address);
    const to = Math.max(group.to, endOf(anchor));
    return to - from <= most ? { items: group.items, from, to, withClock: true } : group;
  });
}

/** Greedy from the left; every group contains the anchor too. */
function cover(items: readonly Item[], most: number, anchor?: Span): Group[] {
  const groups: Group[] = [];
  let left = items;
  while (left.length > 0) {
    const first = left[0] as Item;
    const from = Math.min(first.address, anchor?.address ?? Number.POSITIVE_INFINITY);
    const reaching = (item: Span) => Math.max(endOf(item), anchor === undefined ? 0 : endOf(anchor));
    const taken = left.filter((item) => reaching(item) - from <= most);
    const to = taken.reduce((end, item) => Math.max(end, reaching(item)), 0);
    groups.push({ items: taken, from, to, withClock: anchor !== undefined });
    left = left.filter((item) => reaching(item) - from > most);
  }
  return groups;
}

function requestOf(table: ModbusTable, group: Group): PlannedRequest {
  return {
    table,
    address: group.from,
    count: group.to - group.from,
    tags: group.items.flatMap((item) => item.tag ?? []),
    scaleFactors: group.items.flatMap((item) => (item.tag === undefined ? item.address : [])),
    withClock: group.withClock,
  };
}

function endOf(span: Span): number {
  return span.address + span.count;
}

function reach(a: Span, b: Span): number {
  return Math.max(endOf(a), endOf(b)) - Math.min(a.address, b.address);
}
