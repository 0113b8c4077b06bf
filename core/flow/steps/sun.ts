import { z } from 'zod';
import { durationMs } from '../../base/duration.ts';
import { clearSkyGhi } from '../../solar/clear-sky.ts';
import { sunPosition } from '../../solar/sun-position.ts';
import { createPointQueue, SavedPoint } from '../point-queue.ts';
import type { StepDefinition } from '../step-definition.ts';

/** Where the sun stands at the source times of a series plus an offset. Good also where the series itself is bad. */
export const sun: StepDefinition<'sun'> = {
  kind: 'sun',
  reads: (spec) => ({ series: [spec.at], expressions: [] }),

  check(spec, scope) {
    scope.duration(spec.offset, 'offset');
    const everyMs = scope.series(spec.at, 'at')?.everyMs;
    return {
      elevation: { kind: 'number', unit: 'deg', everyMs },
      azimuth: { kind: 'number', unit: 'deg', everyMs },
      cosZenith: { kind: 'number', everyMs },
      clearSky: { kind: 'number', unit: 'W/m2', everyMs },
    };
  },

  compile(spec, host) {
    host.slot(spec.at);
    const [elevation, azimuth, cosZenith, clearSky] = ['elevation', 'azimuth', 'cosZenith', 'clearSky'].map((name) =>
      host.output(name),
    ) as [number, number, number, number];
    const offsetMs = durationMs(spec.offset);
    const positionAt = sunPosition(spec.latitude, spec.longitude);
    const queue = createPointQueue();
    return {
      receive(_slot, time) {
        if (!queue.push(time, 0, undefined)) host.count('overflow');
      },
      run() {
        if (queue.length === 0) return false;
        const time = queue.time();
        queue.drop();
        const position = positionAt(time + offsetMs);
        host.emit(elevation, time, position.elevation);
        host.emit(azimuth, time, position.azimuth);
        host.emit(cosZenith, time, position.cosZenith);
        host.emit(clearSky, time, clearSkyGhi(position.cosZenith));
        return queue.length > 0;
      },
      save: () => queue.save(),
      load: (saved) => queue.load(z.array(SavedPoint).parse(saved)),
    };
  },
};
