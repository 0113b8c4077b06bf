/**
 * Frames of MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3: the MBAP header (transaction,
 * protocol 0, length of what follows, unit) and a PDU of at most 253 bytes.
 */
export interface ModbusFrame {
  readonly transaction: number;
  readonly unit: number;
  /** A view; valid until `push` returns. */
  readonly pdu: Uint8Array;
}

/** Cuts a byte stream into frames, however it is chunked. Holds at most one frame. */
export interface FrameReader {
  /**
   * Hands on every frame that is complete. Returns why the stream is no Modbus; it stays broken then, since nothing
   * tells where the next frame begins.
   */
  push(chunk: Uint8Array, onFrame: (frame: ModbusFrame) => void): string | undefined;
  /** Bytes that wait for the rest of their frame. */
  readonly held: number;
}

export const HEADER_BYTES = 7;
const PDU_BYTES_MAX = 253;
const FRAME_BYTES_MAX = HEADER_BYTES + PDU_BYTES_MAX;

/** The bytes of one frame. */
export function formatFrame(transaction: number, unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + pdu.length);
  const length = pdu.length + 1;
  frame[0] = transaction >> 8;
  frame[1] = transaction;
  frame[4] = length >> 8;
  frame[5] = length;
  frame[6] = unit;
  frame.set(pdu, HEADER_BYTES);
  return frame;
}

export function createFrameReader(): FrameReader {
  const rest = new Uint8Array(FRAME_BYTES_MAX);
  let held = 0;
  let problem: string | undefined;

  /** Frames that are whole within `bytes`; how many bytes they took. */
  const cut = (bytes: Uint8Array, onFrame: (frame: ModbusFrame) => void): number => {
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const protocol = (bytes[at + 2]! << 8) | bytes[at + 3]!;
      const length = (bytes[at + 4]! << 8) | bytes[at + 5]!;
      if (protocol !== 0) problem = `protocol identifier ${protocol} where Modbus has 0`;
      else if (length < 2 || length > PDU_BYTES_MAX + 1) problem = `a frame length of ${length}`;
      if (problem !== undefined) return at;
      const end = at + 6 + length;
      if (end > bytes.length) break;
      onFrame({
        transaction: (bytes[at]! << 8) | bytes[at + 1]!,
        unit: bytes[at + 6]!,
        pdu: bytes.subarray(at + HEADER_BYTES, end),
      });
      at = end;
    }
    return at;
  };

  return {
    get held() {
      return held;
    },
    push(chunk, onFrame) {
      let from = 0;
      while (problem === undefined && held > 0 && from < chunk.length) {
        const lacking = held < HEADER_BYTES ? HEADER_BYTES - held : 6 + ((rest[4]! << 8) | rest[5]!) - held;
        const part = chunk.subarray(from, from + lacking);
        rest.set(part, held);
        held += part.length;
        from += part.length;
        if (cut(rest.subarray(0, held), onFrame) > 0) held = 0;
      }
      if (problem === undefined && held === 0 && from < chunk.length) {
        const whole = chunk.subarray(from);
        const left = whole.subarray(cut(whole, onFrame));
        if (problem === undefined) {
          rest.set(left, 0);
          held = left.length;
        }
      }
      if (problem !== undefined) held = 0;
      return problem;
    },
  };
}
