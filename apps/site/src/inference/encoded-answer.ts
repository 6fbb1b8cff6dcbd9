/** An answer as it goes to its caller, whatever carries it. */
export interface EncodedAnswer {
  /** Text, or bytes, which may share their memory with others. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Bytes of the JSON, where bytes of tensors follow; null where there is nothing but JSON, or none. */
  readonly headerBytes: number | null;
}
