/** The layers in a model's configuration, as Keras and TensorFlow.js write it in JSON. */
import { z } from 'zod';

/** A layer of a model's configuration: its name, and its class in Python. */
export interface LayerConfig {
  readonly name: string;
  readonly className: string;
  /** Of a nested model. */
  readonly layers: readonly LayerConfig[];
}

const layer = z.object({ class_name: z.string(), config: z.unknown() });
const named = z.object({ name: z.string() });
/** Of Sequential and functional models; the oldest Sequential ones are the list itself. */
const model = z.union([z.object({ layers: z.array(layer) }), z.array(layer).transform(layers => ({ layers }))]);
const deepest = 20;

/**
 * @param json of a model: { class_name, config: { layers: [{ class_name, config: { name } }] } }
 * @throws Error where it is of another form
 */
export function layersIn(json: unknown, depth = 0): LayerConfig[] {
  if (depth > deepest) throw new Error(`models are nested more than ${deepest} deep`);
  const { data } = layer.safeParse(json);
  const parsed = model.safeParse(data?.config);
  if (!parsed.success) throw new Error('its configuration is not that of a Sequential or functional model');
  return parsed.data.layers.map(inner => ({
    className: inner.class_name,
    name: named.safeParse(inner.config).data?.name ?? inner.class_name,
    layers: model.safeParse(inner.config).success ? layersIn(inner, depth + 1) : [],
  }));
}

/** Names in the order of the model, those of a nested one in its place. */
export function layerNames(model: readonly LayerConfig[]): string[] {
  return model.flatMap(({ name, layers }) => (layers.length > 0 ? layerNames(layers) : [name]));
}
