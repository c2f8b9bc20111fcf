# SPDX-License-Identifier: Apache-2.0
#
# The order of Kiln's modules. A module may depend only on modules that stand before it here;
# `kiln_module` refuses anything else when the build is configured, and `check_includes.cmake`
# refuses, when it is built, an #include of a module that it does not declare.
set(KILN_LAYERS
  base
  data codec crypto
  net
  store world
  model
  definition
  packages
  packages_deb
  packages_apk
  distributions
  oci
  registry
  plan
  rootfs
  image
  sbom
  tlog
  tuf
  signing
  evidence
  publish
  verification
  lint
  cli)
