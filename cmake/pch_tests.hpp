// SPDX-License-Identifier: Apache-2.0
// Precompiled for every test.
#pragma once
#include "pch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
