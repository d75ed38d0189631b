# A script of U-Boot: mkimage makes boot.scr.uimg of it.
setenv bootargs console=ttyS0,115200
tftpboot ${kernel_addr_r} debian-installer/arm64/linux
tftpboot ${ramdisk_addr_r} debian-installer/arm64/initrd.gz
booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdtcontroladdr}
