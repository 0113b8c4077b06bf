import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EdgeError } from '../../../contracts/errors.ts';
import { sunPosition } from '../../../core/solar/sun-position.ts';
import { hourlyMeans } from './hourly-means.ts';
import { type FormatName, readSeries } from './read-series.ts';
import type { Row, Series } from './series.ts';

const text = (file: string) => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');
const iso = (row: Row | undefined) => new Date(row?.timeMs ?? Number.NaN).toISOString();
const dropped = (series: Series, part: string) => series.dropped.find(({ why }) => why.includes(part));
const withLine = (file: string, line: number, change: (old: string) => string) =>
  text(file)
    .split('\n')
    .map((old, at) => (at === line - 1 ? change(old) : old))
    .join('\n');

function assertBroken(content: string, format: FormatName, where: string, message: RegExp) {
  assert.throws(
    () => readSeries(content, format),
    (error) => error instanceof EdgeError && error.where === where && message.test(error.message),
  );
}

/** Root mean square of diffuse + direct × sine of the sun's height − global, the sun taken half an hour before the stamp. */
function closureError(series: Series, minutesBefore: number): number {
  const sunAt = sunPosition(series.site.latitude!, series.site.longitude!);
  const errors = series.rows.flatMap((row) => {
    if (row.ghi === null || row.dni === null || row.dhi === null || row.dni < 50) return [];
    const { elevation, cosZenith } = sunAt(row.timeMs - minutesBefore * 60_000);
    return elevation < 10 ? [] : [row.dhi + row.dni * cosZenith - row.ghi];
  });
  assert.ok(errors.length > 1000);
  return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
}

for (const [file, format] of [
  ['tmy3-greensboro.csv', 'tmy3'],
  ['pvgis-piedmont.csv', 'pvgis'],
  ['psm3-colorado-2017.csv', 'psm3'],
] as const) {
  test(`${format}: a whole year of hours in UTC, and stamps that fit the sun`, () => {
    const series = hourlyMeans(readSeries(text(file), format));
    assert.equal(series.rows.length, 8760);
    assert.equal(series.stepMs, 3_600_000);
    for (const [at, row] of series.rows.entries()) assert.equal(row.timeMs, series.rows[0]!.timeMs + at * 3_600_000);
    for (const row of series.rows)
      for (const light of [row.ghi, row.dni, row.dhi]) assert.ok(light !== null && light >= 0);
    assert.ok(closureError(series, 30) < 5);
    assert.ok(closureError(series, 15) > 2 * closureError(series, 30));
    assert.ok(closureError(series, 45) > 2 * closureError(series, 30));
  });
}

test('tmy3: local hour-ending stamps, 24:00, and months of ten years become one year in UTC', () => {
  const series = readSeries(text('tmy3-greensboro.csv'), 'tmy3');
  assert.deepEqual(series.site, {
    name: 'GREENSBORO PIEDMONT TRIAD INT',
    latitude: 36.1,
    longitude: -79.95,
    altitudeM: 273,
    utcOffsetHours: -5,
  });
  assert.equal(iso(series.rows[0]), '2017-01-01T06:00:00.000Z');
  assert.equal(iso(series.rows[23]), '2017-01-02T05:00:00.000Z');
  assert.equal(iso(series.rows.at(-1)), '2018-01-01T05:00:00.000Z');
  assert.deepEqual(series.dropped, [
    { why: 'months of 10 years between 1980 and 2003 stamped as one continuous 2017', count: 8760, firstAt: 'line 3' },
  ]);
});

test('tmy3: marks for missing, leap day, repeated and missing hours are dropped and counted', () => {
  const head = text('tmy3-greensboro.csv').split('\n').slice(0, 2);
  const rows = [
    '02/28/1988,22:00,10,20,9999,5,50,990,1',
    '02/28/1988,22:00,10,20,5,5,50,990,1',
    '02/28/1988,24:00,-3,20,5,-9900,105,990,1',
    '02/29/1988,01:00,1,1,1,1,1,990,1',
    '03/01/1988,01:00,1,1,1,,1,990,1',
  ];
  const series = readSeries([...head, ...rows].join('\n'), 'tmy3');
  assert.deepEqual(series.rows.map(iso), [
    '2017-03-01T03:00:00.000Z',
    '2017-03-01T05:00:00.000Z',
    '2017-03-01T06:00:00.000Z',
  ]);
  assert.deepEqual(
    series.rows.map((row) => row.dhi),
    [null, 5, 1],
  );
  assert.deepEqual(
    series.rows.map((row) => row.ghi),
    [10, 0, 1],
  );
  assert.deepEqual(
    series.rows.map((row) => row.temperatureC),
    [5, null, null],
  );
  assert.deepEqual(
    series.rows.map((row) => row.humidity),
    [50, 100, 1],
  );
  assert.deepEqual(
    series.dropped.map(({ why, count, firstAt }) => [why.split(' between')[0]?.split(' of 1988')[0], count, firstAt]),
    [
      ['row dropped: 29 February', 1, 'line 6'],
      ['months', 4, 'line 3'],
      ['dhi dropped: the file marks it missing with 9999', 1, 'line 3'],
      ['row dropped: its time is not after the row before', 1, 'line 4'],
      ['interval missing from the file', 1, 'line 5'],
      ['ghi raised to 0: a negative offset', 1, 'line 5'],
      ['temperatureC dropped: the file marks it missing with -9900', 1, 'line 5'],
      ['humidity lowered to 100', 1, 'line 5'],
    ],
  );
});

test('pvgis: the picture is taken 10.6 minutes after the stamp; its hour ends half an hour later', () => {
  const series = readSeries(text('pvgis-piedmont.csv'), 'pvgis');
  assert.deepEqual(series.site, {
    name: 'PVGIS 45 N 8 E',
    latitude: 45,
    longitude: 8,
    altitudeM: 250,
    utcOffsetHours: 0,
  });
  assert.equal(iso(series.rows[0]), '2017-01-01T00:40:34.000Z');
  assert.deepEqual(series.rows[8], {
    timeMs: Date.UTC(2017, 0, 1, 8, 40, 34),
    ghi: 32,
    dni: 0,
    dhi: 32,
    temperatureC: 2.1,
    humidity: 99.4,
    windSpeed: 0.55,
    pressureHpa: 995.8,
  });
  assert.ok(series.rows.every((row) => !Object.is(row.dni, -0)));
  assert.equal(dropped(series, 'stamp moved')?.count, 8760);
});

test('psm3: values of a moment end half a step later; hours are of two of them', () => {
  const series = readSeries(text('psm3-colorado-2017.csv'), 'psm3');
  assert.equal(series.rows.length, 17_520);
  assert.equal(series.stepMs, 1_800_000);
  assert.deepEqual(series.site, {
    name: 'NSRDB 401182',
    latitude: 40.53,
    longitude: -108.54,
    altitudeM: 2168,
    utcOffsetHours: -7,
  });
  assert.equal(iso(series.rows[0]), '2017-01-01T07:15:00.000Z');
  const hours = hourlyMeans(series);
  assert.equal(iso(hours.rows[0]), '2017-01-01T07:45:00.000Z');
  assert.equal(hours.rows[11]?.ghi, (series.rows[22]!.ghi! + series.rows[23]!.ghi!) / 2);
});

test('surfrad: west longitude, values marked bad and night offsets', () => {
  const series = readSeries(text('surfrad-alamosa-20160101.dat'), 'surfrad');
  assert.deepEqual(series.site, {
    name: 'Alamosa',
    latitude: 37.7,
    longitude: -105.92,
    altitudeM: 2317,
    utcOffsetHours: 0,
  });
  assert.equal(series.rows.length, 1440);
  assert.equal(series.stepMs, 60_000);
  assert.deepEqual(series.rows[0], {
    timeMs: Date.UTC(2016, 0, 1),
    ghi: 0,
    dni: 1.8,
    dhi: 2.3,
    temperatureC: -7.6,
    humidity: 52.7,
    windSpeed: 3.1,
    pressureHpa: 773.5,
  });
  assert.deepEqual(dropped(series, 'ghi raised'), {
    why: 'ghi raised to 0: a negative offset',
    count: 822,
    firstAt: 'line 3',
  });
  const marked = readSeries(
    withLine('surfrad-alamosa-20160101.dat', 3, (old) =>
      old.replace('-1.8 0', '300.0 1').replace('1.8 0', '-9999.9 1'),
    ),
    'surfrad',
  );
  assert.equal(marked.rows[0]?.ghi, null);
  assert.equal(dropped(marked, 'marks it bad')?.count, 1);
});

test('midc: daily and raw files, local time, missing and negative values', () => {
  const daily = readSeries(text('midc-nwtc-20181014.txt'), 'midc');
  assert.equal(iso(daily.rows[0]), '2018-10-14T07:00:00.000Z');
  assert.equal(daily.rows[0]?.ghi, 0);
  assert.equal(daily.rows[0]?.temperatureC, -4.669);
  assert.equal(daily.rows[0]?.pressureHpa, null);
  assert.equal(daily.site.latitude, null);
  const raw = readSeries(text('midc-raw-tucson-20181018.txt'), 'midc');
  assert.equal(raw.rows.length, 1440);
  assert.equal(iso(raw.rows[1]), '2018-10-18T07:01:00.000Z');
  assert.equal(iso(raw.rows.at(-1)), '2018-10-19T06:59:00.000Z');
  assert.equal(raw.rows[0]?.pressureHpa, 927.935);
  assert.equal(raw.rows[0]?.windSpeed, 2.947);
  const marked = readSeries(
    withLine('midc-raw-tucson-20181018.txt', 2, (old) => old.replace('-2.74169', '-7999.0')),
    'midc',
  );
  assert.equal(marked.rows[0]?.ghi, null);
  assert.equal(dropped(marked, 'missing with -7999')?.firstAt, 'line 2');
});

test('hours of minutes end on the clock hour, and a half-empty hour has no value', () => {
  const hours = hourlyMeans(readSeries(text('midc-raw-tucson-20181018.txt'), 'midc'));
  assert.deepEqual([iso(hours.rows[0]), hours.rows[0]?.ghi], ['2018-10-18T07:00:00.000Z', null]);
  const minutes = readSeries(text('midc-raw-tucson-20181018.txt'), 'midc').rows.slice(12 * 60 + 1, 13 * 60 + 1);
  const noon = hours.rows.find((row) => row.timeMs === minutes.at(-1)!.timeMs)!;
  assert.ok(Math.abs(noon.ghi! - minutes.reduce((sum, row) => sum + row.ghi!, 0) / 60) < 1e-9);
  assert.equal(dropped(hours, 'hour without ghi')?.count, 1);
});

test('a broken file names the line and changes nothing', () => {
  assertBroken('', 'tmy3', 'line 1', /TMY3 file begins/);
  assertBroken(text('pvgis-piedmont.csv'), 'tmy3', 'line 1', /TMY3 file begins/);
  assertBroken(text('tmy3-greensboro.csv'), 'pvgis', 'line 1', /time\(UTC\)/);
  assertBroken(
    withLine('tmy3-greensboro.csv', 2, (old) => old.replace('GHI', 'GHY')),
    'tmy3',
    'line 2',
    /no column "GHI/,
  );
  assertBroken(
    withLine('tmy3-greensboro.csv', 40, (old) => old.replace('01/02', '13/02')),
    'tmy3',
    'line 40',
    /not a date/,
  );
  assertBroken(
    withLine('tmy3-greensboro.csv', 40, (old) => old.slice(0, 30)),
    'tmy3',
    'line 40',
    /fields where the header has 9/,
  );
  assertBroken(
    withLine('pvgis-piedmont.csv', 1, () => 'Latitude: north'),
    'pvgis',
    'line 1',
    /not a number/,
  );
  assertBroken(
    withLine('pvgis-piedmont.csv', 100, (old) => old.replace('.', ';')),
    'pvgis',
    'line 100',
    /not a number/,
  );
  assertBroken(
    withLine('pvgis-piedmont.csv', 100, (old) => `x${old}`),
    'pvgis',
    'line 100',
    /YYYYMMDD/,
  );
  assertBroken(
    withLine('psm3-colorado-2017.csv', 2, () => 'NSRDB'),
    'psm3',
    'line 2',
    /no "Time Zone"/,
  );
  assertBroken(
    withLine('psm3-colorado-2017.csv', 5, (old) => old.replace(',30,', ',7,')),
    'psm3',
    'line 5',
    /part of an hour/,
  );
  assertBroken(
    withLine('surfrad-alamosa-20160101.dat', 9, (old) => old.slice(0, 99)),
    'surfrad',
    'line 9',
    /fields where SURFRAD has 48/,
  );
  assertBroken(
    withLine('surfrad-alamosa-20160101.dat', 2, () => '37.7'),
    'surfrad',
    'line 2',
    /latitude, longitude/,
  );
  assertBroken(
    withLine('midc-nwtc-20181014.txt', 1, (old) => old.replace('MST', 'Mars')),
    'midc',
    'line 1',
    /column for the time/,
  );
  assertBroken(
    withLine('midc-nwtc-20181014.txt', 7, (old) => old.replace('00:05', '99:99')),
    'midc',
    'line 7',
    /HH:MM/,
  );
  assertBroken(text('tmy3-greensboro.csv').split('\n').slice(0, 2).join('\n'), 'tmy3', 'line 2', /no rows/);
});
