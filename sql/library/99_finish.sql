SELECT vesu.install_on_create();
