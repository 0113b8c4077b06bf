/** Beginnings of files that people push by mistake. */
const beginnings: readonly { at: number; bytes: readonly number[]; what: string }[] = [
  { at: 0, bytes: [0x50, 0x4b, 0x03, 0x04], what: 'a ZIP archive (PyTorch and Keras save models so)' },
  { at: 0, bytes: [0x80, 0x02], what: 'a Python pickle' },
  { at: 0, bytes: [0x80, 0x03], what: 'a Python pickle' },
  { at: 0, bytes: [0x80, 0x04], what: 'a Python pickle' },
  { at: 0, bytes: [0x80, 0x05], what: 'a Python pickle' },
  { at: 0, bytes: [0x89, 0x48, 0x44, 0x46], what: 'an HDF5 file (Keras saves models so)' },
  { at: 4, bytes: [0x54, 0x46, 0x4c, 0x33], what: 'a TensorFlow Lite model' },
  { at: 4, bytes: [0x4f, 0x52, 0x54, 0x4d], what: 'a model in the ORT format' },
  { at: 0, bytes: [0x47, 0x47, 0x55, 0x46], what: 'a GGUF model' },
  { at: 0, bytes: [0x1f, 0x8b], what: 'a gzip file' },
  { at: 0, bytes: [0x7b], what: 'a JSON text' },
  { at: 0, bytes: [0x3c], what: 'an HTML or XML text' },
];

/** What a file that is not ONNX is, when its first bytes say so. */
export function recogniseFile(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'empty';
  return beginnings.find((one) => one.bytes.every((byte, index) => bytes[one.at + index] === byte))?.what;
}
