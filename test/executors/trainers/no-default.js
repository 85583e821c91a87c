export const train = () => 1;
