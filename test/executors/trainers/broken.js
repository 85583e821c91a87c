export default () => 1;
import 'no-such-package-anywhere';
