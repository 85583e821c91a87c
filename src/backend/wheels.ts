/**
 * The Python wheels whose TensorFlow libraries the addon is built against. They export the C API that tfjs-node needs.
 * Each checksum was computed from the downloaded file, and a file with any other is refused.
 */

export interface Wheel {
  /** Name of the project in the Python package index. */
  readonly project: string;
  readonly version: string;
  readonly file: string;
  /** pip's name for the platform. */
  readonly platformTag: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Libraries in the wheel's folder "tensorflow", in linking order. */
  readonly libraries: readonly string[];
}

/** CPython version of the wheels. Nothing of Python is used, so it need not be the version that is installed. */
export const pythonVersion = '311';

const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': {
    project: 'tensorflow-cpu',
    version: '2.18.1',
    file: 'tensorflow_cpu-2.18.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    platformTag: 'manylinux2014_x86_64',
    bytes: 230_236_181,
    sha256: '810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  },
  // The same libraries; the build on these two is not checked yet.
  'linux-arm64': {
    project: 'tensorflow',
    version: '2.18.1',
    file: 'tensorflow-2.18.1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl',
    platformTag: 'manylinux2014_aarch64',
    bytes: 231_937_898,
    sha256: '8a6485edd2148f70d011dbd1d8dc2c775e91774a5a159466e83d0d1f21580944',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  },
  'darwin-arm64': {
    project: 'tensorflow',
    version: '2.18.1',
    file: 'tensorflow-2.18.1-cp311-cp311-macosx_12_0_arm64.whl',
    platformTag: 'macosx_12_0_arm64',
    bytes: 239_549_037,
    sha256: '661029cd769b311db910b79a3a6ef50a5a61ecc947172228c777a49989722508',
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
  },
};

export function wheelFor(platform: string, arch: string): Wheel | undefined {
  const name = `${platform}-${arch}`;
  return Object.hasOwn(wheels, name) ? wheels[name] : undefined;
}
