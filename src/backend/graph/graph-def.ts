/**
 * TensorFlow's GraphDef and SavedModel as protobuf bytes: the few messages that a compiled step needs. Field numbers are
 * those of tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape}.proto and
 * tensorflow/core/protobuf/{saved_model,meta_graph}.proto.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Writes one AttrValue. */
export type AttributeValue = (writer: BinaryWriter) => void;

type Write = (writer: BinaryWriter) => void;

function message(writer: BinaryWriter, field: number, write: Write): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

function mapEntry(writer: BinaryWriter, field: number, key: string, value: Write): void {
  message(writer, field, entry => {
    entry.tag(1, WireType.LengthDelimited).string(key);
    message(entry, 2, value);
  });
}

function shapeProto(shape: readonly number[]): Write {
  return writer => {
    // Negative sizes are unknown ones.
    for (const size of shape) message(writer, 2, dimension => dimension.tag(1, WireType.Varint).int64(size));
  };
}

const text = new TextEncoder();

/** AttrValue, by the kind of its value. */
export const attribute = {
  string:
    (value: string): AttributeValue =>
    w =>
      w.tag(2, WireType.LengthDelimited).bytes(text.encode(value)),
  int:
    (value: number): AttributeValue =>
    w =>
      w.tag(3, WireType.Varint).int64(value),
  float:
    (value: number): AttributeValue =>
    w =>
      w.tag(4, WireType.Bit32).float(value),
  bool:
    (value: boolean): AttributeValue =>
    w =>
      w.tag(5, WireType.Varint).bool(value),
  type:
    (value: number): AttributeValue =>
    w =>
      w.tag(6, WireType.Varint).int32(value),
  shape:
    (value: readonly number[]): AttributeValue =>
    w =>
      message(w, 7, shapeProto(value)),
  tensor:
    (type: number, shape: readonly number[], values: ArrayBufferView): AttributeValue =>
    w =>
      message(w, 8, tensor => {
        tensor.tag(1, WireType.Varint).int32(type);
        message(tensor, 2, shapeProto(shape));
        tensor.tag(4, WireType.LengthDelimited).bytes(bytesOf(values));
      }),
  /** A list takes the field numbers of its items. */
  list:
    (items: readonly AttributeValue[]): AttributeValue =>
    w =>
      message(w, 1, list => items.forEach(item => item(list))),
};

export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export interface GraphWriter {
  /**
   * Adds a node.
   * @param inputs "node", "node:1" for a later output, "^node" for an order without a value
   * @returns its name
   */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    name?: string,
  ): string;
  /**
   * The bytes of a SavedModel with this graph, under one tag.
   * @param signature what other programs feed and fetch; a graph of ours knows its nodes
   */
  finish(tag: string, signature?: Signature): Uint8Array;
}

/** The inputs and outputs of a model under the names that programs use. */
export interface Signature {
  readonly name: string;
  readonly inputs: Readonly<Record<string, SignatureTensor>>;
  readonly outputs: Readonly<Record<string, SignatureTensor>>;
}

export interface SignatureTensor {
  readonly node: string;
  readonly dtype: number;
  /** -1 for sides that may vary. */
  readonly shape: readonly number[];
}

function signatureDef({ inputs, outputs }: Signature): Write {
  return writer => {
    [inputs, outputs].forEach((tensors, index) => {
      for (const [name, { node, dtype, shape }] of Object.entries(tensors))
        mapEntry(writer, index + 1, name, info => {
          info.tag(1, WireType.LengthDelimited).string(`${node}:0`);
          info.tag(2, WireType.Varint).int32(dtype);
          message(info, 3, shapeProto(shape));
        });
    });
    writer.tag(3, WireType.LengthDelimited).string('tensorflow/serving/predict');
  };
}

/** Ops are read as TensorFlow 2.9 and later define them. */
const producer = 1087;

export function createGraphWriter(): GraphWriter {
  const graph = new BinaryWriter();
  let count = 0;
  return {
    node(op, inputs, attributes, name = `n${count++}`) {
      message(graph, 1, node => {
        node.tag(1, WireType.LengthDelimited).string(name);
        node.tag(2, WireType.LengthDelimited).string(op);
        for (const input of inputs) node.tag(3, WireType.LengthDelimited).string(input);
        for (const [key, value] of Object.entries(attributes)) mapEntry(node, 5, key, value);
      });
      return name;
    },
    finish(tag, signature) {
      message(graph, 4, versions => versions.tag(1, WireType.Varint).int32(producer));
      const bytes = graph.finish();
      const model = new BinaryWriter().tag(1, WireType.Varint).int64(1);
      message(model, 2, meta => {
        message(meta, 1, info => info.tag(4, WireType.LengthDelimited).string(tag));
        meta.tag(2, WireType.LengthDelimited).bytes(bytes);
        if (signature) mapEntry(meta, 5, signature.name, signatureDef(signature));
      });
      return model.finish();
    },
  };
}
